"""What somebody outside may want to know while the pipeline runs: progress and time by stage."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total); total is 0 where it is not known."""


def _silent(_stage: str, _done: int, _total: int) -> None:
    return


class StoppedError(Exception):
    """Raised inside work that nobody waits for any more; never reaches a user."""


@attrs.define(kw_only=True)
class Hooks:
    """Progress callback, a stopwatch and a stop.

    `seconds` collects the time spent in each stage, over all clips. Once `stop` is set, the next stage
    that begins raises instead.
    """

    progress: Progress = _silent
    seconds: dict[str, float] = attrs.Factory(dict)
    stop: threading.Event = attrs.Factory(threading.Event)
    _inner: list[float] = attrs.Factory(lambda: [0.0])

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of a block to a stage, less the time of stages inside it.

        Raises
        ------
        StoppedError
            When the work was stopped from another thread.
        """
        if self.stop.is_set():
            raise StoppedError(name)
        begin = time.perf_counter()
        self._inner.append(0.0)
        try:
            yield
        finally:
            whole = time.perf_counter() - begin
            self.seconds[name] = self.seconds.get(name, 0.0) + whole - self._inner.pop()
            self._inner[-1] += whole

    def child(self, *, silent: bool = False) -> Hooks:
        """Return hooks for work in another thread, stopped together; `add` its times when it is done."""
        return Hooks(stop=self.stop) if silent else Hooks(progress=self.progress, stop=self.stop)

    def add(self, other: Hooks) -> None:
        """Add the times of hooks that another thread has used."""
        for name, seconds in other.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
