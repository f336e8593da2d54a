"""What every `handball bench` prints, keeps and shows on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol


class Benchmark(Protocol):
    """Numbers that can be shown as a table and kept as JSON."""

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        ...

    def to_json(self) -> str:
        """Return everything as JSON text."""
        ...


def told(result: Benchmark, json: Path | None) -> None:
    """Print a table; keep the numbers where they are asked for."""
    from handball.storage.files import replacing

    print(result.to_table())
    if json is not None:
        with replacing(json) as path:
            path.write_text(result.to_json() + "\n", encoding="utf-8")


@contextmanager
def shown_bench(title: str) -> Iterator[Callable[[int, int], None]]:
    """Give what a bench calls with the parts done and to do."""
    from handball.cli.progress import shown_progress

    with shown_progress(title) as hooks:
        yield lambda done, total: hooks.progress("bench", done, total)


def camera_numbers(text: str | None) -> tuple[int, ...]:
    """Return the numbers of cameras that are written as 1,2."""
    from handball.errors import UsageError

    try:
        return tuple(int(part) for part in text.split(",")) if text is not None else ()
    except ValueError:
        raise UsageError(f"--cameras takes numbers of cameras such as 1,2, found {text!r}.") from None
