"""`handball rig record`: several cameras at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def record(
    *,
    source: Annotated[tuple[str, ...], Parameter(negative="")],
    out: Path,
    seconds: float = 10.0,
) -> None:
    """Record several cameras of this machine at once, every picture with its time by one clock.

    Parameters
    ----------
    source
        A camera by its number (0, 1, ...), the address of a stream, or a file; once for each camera.
    out
        Folder for the films and tables of times.
    seconds
        How long, at most a minute: pictures are kept in memory and compressed afterwards.
    """
    from handball.acquisition.recording import record as recorded
    from handball.errors import UsageError
    from handball.storage.files import new_folder

    if not 0 < seconds <= 60:
        raise UsageError(f"--seconds must lie between 0 and 60, found {seconds:g}.")
    with new_folder(out) as folder:
        films = recorded(source, seconds, folder)
    for name, film in zip(source, films, strict=True):
        lost = f"{film.dropped} pictures lost" if film.dropped else "none lost"
        print(f"{name}: {film.path}, {len(film.times)} pictures, {film.rate_hz:.1f} a second, {lost}")
