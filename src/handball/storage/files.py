"""Safe writing: a file appears under its name complete or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from handball.errors import OutputError

_WHAT_TO_DO = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another folder",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.EACCES: "there is no permission to write there; choose another folder",
    errno.EPERM: "there is no permission to write there; choose another folder",
    errno.ENOENT: "the folder does not exist; create it first",
    errno.ENOTDIR: "a part of the path is a file, not a folder; choose another path",
    errno.EISDIR: "a folder of this name is in the way; choose another name",
    errno.EEXIST: "a file of this name is in the way; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


def output_error(path: Path, error: OSError) -> OutputError:
    """Turn an error of the operating system into one sentence that says what to do.

    Examples
    --------
    >>> str(output_error(Path("a.csv"), OSError(errno.ENOSPC, "No space left on device")))
    'cannot write a.csv: the disk is full; free some space or choose another folder'
    """
    reason = _WHAT_TO_DO.get(error.errno or 0, f"{error.strerror or error}; choose another place")
    return OutputError(f"cannot write {path}: {reason}")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place when the block ends well.

    When the block raises, the temporary file is removed and what stood at `path` stays. The
    temporary name keeps the suffix, so that writers that look at it do the right thing.

    Raises
    ------
    OutputError
        Instead of any `OSError`, inside the block or on renaming.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> with replacing(folder / "a.txt") as temporary:
    ...     _ = temporary.write_text("whole")
    >>> [file.name for file in folder.iterdir()]
    ['a.txt']
    """
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name[:40]}.", dir=path.parent) as folder:
            temporary = Path(folder) / path.name
            yield temporary
            temporary.replace(path)
    except OSError as error:
        raise output_error(path, error) from error


def ensure_folder(path: Path) -> Path:
    """Create a folder with its parents where it is missing, and return it.

    Raises
    ------
    OutputError
        When it cannot be created, or a file stands in its place.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(path, error) from error
    return path


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Create a folder with its parents where it is missing; when the block raises, those created are removed if empty.

    Raises
    ------
    OutputError
        When it cannot be created, or a file stands in its place.

    Examples
    --------
    >>> place = Path(tempfile.mkdtemp())
    >>> with suppress(ValueError), new_folder(place / "a" / "b"):
    ...     raise ValueError
    >>> list(place.iterdir())
    []
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        yield ensure_folder(path)
    except BaseException:
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()
        raise


def check_file_writable(path: Path) -> None:
    """Refuse a file whose folder is missing or cannot be written, before work begins that takes long.

    Raises
    ------
    OutputError
        When the file can never appear under this name.
    """
    if not path.parent.exists():
        raise output_error(path, FileNotFoundError(errno.ENOENT, ""))
    if path.is_dir():
        raise output_error(path, IsADirectoryError(errno.EISDIR, ""))
    check_writable(path.parent)


def check_writable(path: Path) -> None:
    """Refuse a place that cannot be written, before work begins that takes long; creates nothing.

    Raises
    ------
    OutputError
        When the folder, or the nearest one above it that is there, is a file or read-only.
    """
    place = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    if not place.is_dir():
        raise output_error(path, NotADirectoryError(errno.ENOTDIR, ""))
    if not os.access(place, os.W_OK | os.X_OK):
        raise output_error(path, PermissionError(errno.EACCES, ""))
