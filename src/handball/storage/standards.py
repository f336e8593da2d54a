"""Frozen standards (`.standard`): one zip file with JSON, NumPy arrays and JPEG pictures, and no pickles.

| member | holds |
| --- | --- |
| `standard.json` | format, version, and the containers: see `containers` |
| `arrays.npz` | every array by its name |
| `pictures/*.jpg` | pictures of the coach |
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from handball import __version__
from handball.domain.standard import Standard
from handball.errors import InvalidStandardError, OutputError
from handball.storage.containers import Blobs, Packer, Parts, Unpacker
from handball.storage.files import replacing

SUFFIX = ".standard"
FORMAT = "handball-standard"
SCHEMA_VERSION = 1

_INDEX, _ARRAYS, _PICTURES = "standard.json", "arrays.npz", "pictures/"
_DAMAGES = (OSError, EOFError, ValueError, TypeError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)


def is_standard_file(path: Path) -> bool:
    """Tell by its suffix whether a file is a frozen standard.

    Examples
    --------
    >>> is_standard_file(Path("club.standard")), is_standard_file(Path("coach.mp4"))
    (True, False)
    """
    return path.suffix.lower() == SUFFIX


def check_standard_name(path: Path) -> None:
    """Refuse a name that would not be read back as a standard.

    Raises
    ------
    OutputError
        When it does not end in `.standard`.
    """
    if not is_standard_file(path):
        raise OutputError(f"cannot write {path}: expected a name that ends in {SUFFIX}")


def save_standard(standard: Standard, path: Path) -> None:
    """Write a standard; the file appears complete or not at all.

    Raises
    ------
    OutputError
        When the name does not end in `.standard` or the file cannot be written.
    """
    check_standard_name(path)
    packer = Packer()
    content = packer.packed(standard)
    index = {"format": FORMAT, "schema_version": SCHEMA_VERSION, "handball_version": __version__, "standard": content}
    arrays = io.BytesIO()
    np.savez_compressed(arrays, **packer.arrays)  # type: ignore[arg-type]
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        archive.writestr(_INDEX, json.dumps(index, indent=1, allow_nan=False), zipfile.ZIP_DEFLATED)
        archive.writestr(_ARRAYS, arrays.getvalue())
        for name, blob in packer.blobs.items():
            archive.writestr(name, blob)


def load_standard(path: Path) -> Standard:
    """Read a standard that `save_standard` wrote.

    Raises
    ------
    InvalidStandardError
        For a file that is missing, of another kind, damaged or from a newer version of the format.
    """
    if not path.is_file():
        raise InvalidStandardError(f"there is no file {path}; check its name")
    try:
        with zipfile.ZipFile(path) as archive:
            index = json.loads(archive.read(_INDEX))
            _check_version(index, path)
            arrays, blobs = _arrays(archive), _blobs(archive)
        standard = Unpacker(arrays, blobs).unpacked(index["standard"])
    except _DAMAGES as error:
        raise InvalidStandardError(
            f"{path} cannot be read as a standard ({_reason(error)}); build it again with 'handball standard build'"
        ) from error
    if not isinstance(standard, Standard):
        raise InvalidStandardError(f"{path} holds no standard; build it again with 'handball standard build'")
    return standard


def _check_version(index: Any, path: Path) -> None:
    if not isinstance(index, dict) or index.get("format") != FORMAT:
        raise ValueError("it was not written by 'handball standard build'")
    version = index.get("schema_version")
    if not isinstance(version, int) or version < 1:
        raise ValueError("its format version is missing")
    if version > SCHEMA_VERSION:
        raise InvalidStandardError(
            f"{path} has format version {version}, and this program reads up to {SCHEMA_VERSION}: update handball"
        )


def _arrays(archive: zipfile.ZipFile) -> Parts:
    with np.load(io.BytesIO(archive.read(_ARRAYS)), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _blobs(archive: zipfile.ZipFile) -> Blobs:
    return {name: archive.read(name) for name in archive.namelist() if name.startswith(_PICTURES)}


def _reason(error: BaseException) -> str:
    """Say in a few words what is wrong; a missing member has only its name."""
    text = " ".join(str(error).split())
    return f"{text} is missing" if isinstance(error, KeyError) else text or type(error).__name__
