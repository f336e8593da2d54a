"""Progress bars on a terminal, silence elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from handball.pipeline.hooks import Hooks

_WORDS = {
    "search": "looking for the thrower",
    "pose": "measuring",
    "ball": "looking for the ball",
    "film": "drawing the ball",
    "fetch": "fetching",
    "bench": "measuring",
    "render": "rendering",
    "motions": "making motions",
    "crops": "drawing crops",
    "train": "training",
    "board": "looking for the board",
}


@contextmanager
def shown_progress(title: str) -> Iterator[Hooks]:
    """Give hooks that draw a bar with the time left on a terminal's standard error."""
    if not sys.stderr.isatty():
        yield Hooks()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {stage: bars.add_task(f"{title}: {words}", visible=False) for stage, words in _WORDS.items()}

        def advance(stage: str, done: int, total: int) -> None:
            if stage in tasks:
                bars.update(tasks[stage], completed=done, total=total or None, visible=not total or done < total)

        yield Hooks(progress=advance)
