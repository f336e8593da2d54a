"""What somebody outside may want to know while the pipeline runs: progress and time by stage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total); total is 0 where it is not known."""


def _silent(_stage: str, _done: int, _total: int) -> None:
    return


@attrs.define(kw_only=True)
class Hooks:
    """Progress callback and a stopwatch.

    `seconds` collects the time spent in each stage, over all clips.
    """

    progress: Progress = _silent
    seconds: dict[str, float] = attrs.Factory(dict)
    _inner: list[float] = attrs.Factory(lambda: [0.0])

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of a block to a stage, less the time of stages inside it."""
        begin = time.perf_counter()
        self._inner.append(0.0)
        try:
            yield
        finally:
            whole = time.perf_counter() - begin
            self.seconds[name] = self.seconds.get(name, 0.0) + whole - self._inner.pop()
            self._inner[-1] += whole

    def child(self, *, silent: bool = False) -> Hooks:
        """Return hooks for work in another thread; `add` its times when it is done."""
        return Hooks() if silent else Hooks(progress=self.progress)

    def add(self, other: Hooks) -> None:
        """Add the times of hooks that another thread has used."""
        for name, seconds in other.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
