"""A look at the bytes of a `.c3d` file before ezc3d reads it.

ezc3d trusts the lengths in the parameter section and can crash the whole process on damaged ones, and it
corrects the header of a file that is cut off. So both are checked here.

References
----------
The C3D File Format, user guide, Motion Lab Systems: header section, parameter section.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from pathlib import Path

from handball.errors import InvalidPoseFileError

_BLOCK = 512
_INTEL, _DEC = 84, 85
_TEXT = -1
_VALUE_SIZES = (_TEXT, 0, 1, 2, 4)


def announced_frames(path: Path) -> int:
    """Return how many frames the header announces, or 0 for the rare byte order of old workstations.

    Raises
    ------
    InvalidPoseFileError
        When the file is no `.c3d` file, or its parameter section is damaged.
    """
    content = path.read_bytes()
    if len(content) < _BLOCK or content[1] != 0x50:
        raise InvalidPoseFileError(f"{path} is no .c3d file: its second byte is not 0x50, or its header is cut off")
    start = _BLOCK * (content[0] - 1)
    section = content[start:] if start >= _BLOCK else b""
    if len(section) < 4:
        raise InvalidPoseFileError(f"{path} cannot be read as .c3d (it has no parameters); export it again")
    if section[3] not in (_INTEL, _DEC):
        return 0
    if not all(_fits(record) for record in _records(section)):
        raise InvalidPoseFileError(f"{path} cannot be read as .c3d (its parameters are damaged); export it again")
    first, last = struct.unpack_from("<HH", content, 6)
    return int(last - first + 1)


def _records(section: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield what follows the name of each group and parameter, and whether it is a parameter.

    A record whose length leads out of the section yields no bytes.
    """
    place = 4
    # The section ends with a record without a name or a group.
    while place + 2 <= len(section):
        name_length, number = struct.unpack_from("<bb", section, place)
        body = place + 2 + abs(name_length)
        if name_length == 0 or number == 0:
            return
        step = int.from_bytes(section[body : body + 2], "little")
        if body + max(step, 2) > len(section):
            yield b"", number > 0
            return
        yield section[body + 2 : body + step] if step else section[body + 2 :], number > 0
        if step == 0:
            return
        place = body + step


def _fits(record: tuple[bytes, bool]) -> bool:
    """Tell whether the values and the description that a record announces lie inside of it."""
    body, is_parameter = record
    described = _values_end(body) if is_parameter else 0
    # The description is a length and as many letters; some programs leave it out.
    return 0 <= described <= len(body) and (described == len(body) or described + 1 + body[described] <= len(body))


def _values_end(body: bytes) -> int:
    """Return where the values of a parameter end, or -1 when they are damaged."""
    if len(body) < 2:
        return -1
    kind = int.from_bytes(body[:1], "little", signed=True)
    dimensions = body[2 : 2 + body[1]]
    if kind not in _VALUE_SIZES or len(dimensions) != body[1] or (kind == _TEXT and not dimensions):
        return -1
    return 2 + body[1] + abs(kind) * math.prod(dimensions)
