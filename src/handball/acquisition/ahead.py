"""Work ahead in a thread of its own: while a net looks at one picture, the next ones are decoded."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from queue import Full, Queue
from typing import TypeVar

_WAIT_S = 0.1

T = TypeVar("T")


def ahead(source: Iterable[T], depth: int = 2) -> Iterator[T]:
    """Yield what a source gives, from a thread that is at most `depth` items ahead; pass on what it raises.

    The thread ends with the source, or soon after the caller stops asking.

    Examples
    --------
    >>> list(ahead(range(4)))
    [0, 1, 2, 3]
    """
    queue: Queue[tuple[T] | BaseException | None] = Queue(depth)
    stopped = threading.Event()
    worker = threading.Thread(target=_fill, args=(queue, source, stopped), daemon=True)
    worker.start()
    try:
        while (item := queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        stopped.set()
        worker.join()


def _fill(queue: Queue[tuple[T] | BaseException | None], source: Iterable[T], stopped: threading.Event) -> None:
    try:
        for item in source:
            if not _put(queue, (item,), stopped):
                return
    except BaseException as error:  # noqa: BLE001 - raised again where the items are taken
        _put(queue, error, stopped)
    else:
        _put(queue, None, stopped)


def _put(
    queue: Queue[tuple[T] | BaseException | None], item: tuple[T] | BaseException | None, stopped: threading.Event
) -> bool:
    while not stopped.is_set():
        try:
            queue.put(item, timeout=_WAIT_S)
        except Full:
            continue
        return True
    return False
