"""Which marker of a laboratory file is which joint.

Names are compared without case, spaces and punctuation, and without a subject in front of a colon,
so that `left_elbow`, `LElbow`, `L_Elbow`, `Elbow_L`, `Anna:LEJC` and `left elbow` are all the same joint.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import product
from pathlib import Path

from handball.domain.skeleton import BODY_23
from handball.errors import InvalidPoseFileError

_WORDS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "big_toe", "index", "eye", "ear")
_OTHER_WORDS = {"toe": "big_toe", "foot_index": "big_toe", "hallux": "big_toe", "index_finger": "index"}
_LIMB_JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_CENTERS = {f"{part[0]}jc": part for part in _LIMB_JOINTS} | {
    f"{part}{center}": part for part in _LIMB_JOINTS for center in ("jointcenter", "jointcentre", "center", "centre")
}
# Skin markers of the Plug-in Gait set that sit on or beside the joint.
_PLUG_IN_GAIT = {"sho": "shoulder", "elb": "elbow", "kne": "knee", "ank": "ankle", "hee": "heel", "fin": "index"}
_SIDES = {"l": "left", "r": "right"}

SHOWN_NAMES = 12


def _key(name: str) -> str:
    return "".join(letter for letter in name.rpartition(":")[2].lower() if letter.isalnum())


def _known_names() -> Iterator[tuple[str, str, int]]:
    """Yield (key, joint, rank): where a joint has several markers, the lowest rank counts."""
    yield "nose", "nose", 0
    words = {word: word for word in _WORDS} | _OTHER_WORDS
    for letter, side in _SIDES.items():
        centers = product((letter, side), _CENTERS.items())
        yield from ((start + key, f"{side}_{part}", 0) for start, (key, part) in centers)
        for word, part in words.items():
            for key in (letter + word, side + word, word + letter, word + side):
                yield _key(key), f"{side}_{part}", 1
        yield from ((letter + key, f"{side}_{part}", 2) for key, part in _PLUG_IN_GAIT.items())


_KNOWN = {key: (joint, rank) for key, joint, rank in reversed(tuple(_known_names()))}
_PAIRS = {f"{side}_wrist": (f"{letter}wra", f"{letter}wrb") for letter, side in _SIDES.items()}


def joint_of(name: str) -> str | None:
    """Return the joint that a marker name means, or None.

    Examples
    --------
    >>> [joint_of(name) for name in ("LElbow", "right ankle", "Anna:RHJC", "LFRM")]
    ['left_elbow', 'right_ankle', 'right_hip', None]
    """
    joint, _ = _KNOWN.get(_key(name), (None, 0))
    return joint


def find_joints(names: Sequence[str], joint_map: Mapping[str, str] | None, path: Path) -> dict[str, tuple[int, ...]]:
    """Return for each joint that is there the columns whose middle it is.

    Parameters
    ----------
    names
        Marker names of the file.
    joint_map
        Joints by marker name; goes before the known names. Several markers of one joint mean the
        point half-way between them.
    path
        Named in messages.

    Raises
    ------
    InvalidPoseFileError
        When the map names an unknown joint or a marker that is not there, or when two markers could
        be the same joint.
    """
    found = _mapped(names, joint_map or {}, path)
    ranked: dict[tuple[str, int], list[int]] = defaultdict(list)
    for column, name in enumerate(names):
        if joint := joint_of(name):
            ranked[joint, _KNOWN[_key(name)][1]].append(column)
    for (joint, _), columns in sorted(ranked.items(), key=lambda item: item[0]):
        if joint in found:
            continue
        if len(columns) > 1:
            raise InvalidPoseFileError(
                f"{path} has several markers for {joint}: {', '.join(names[column] for column in columns)}; "
                "say which one to take with '--joints map.toml'"
            )
        found[joint] = tuple(columns)
    keys = [_key(name) for name in names]
    for joint, pair in _PAIRS.items():
        if joint not in found and all(keys.count(key) == 1 for key in pair):
            found[joint] = tuple(keys.index(key) for key in pair)
    return found


def _mapped(names: Sequence[str], joint_map: Mapping[str, str], path: Path) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for marker, joint in joint_map.items():
        if joint not in BODY_23.joints:
            raise InvalidPoseFileError(f"the joint map names {joint!r}, which is no joint{_proposal(joint)}")
        columns = [column for column, name in enumerate(names) if name.strip() == marker.strip()]
        columns = columns or [column for column, name in enumerate(names) if _key(name) == _key(marker)]
        if len(columns) != 1:
            count = "no marker" if not columns else f"{len(columns)} markers"
            raise InvalidPoseFileError(f"{path} has {count} {marker!r} of the joint map; {shown_names(names)}")
        found[joint] = (*found.get(joint, ()), columns[0])
    return found


def _proposal(joint: str) -> str:
    close = get_close_matches(joint, BODY_23.joints, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; expected one of {', '.join(BODY_23.joints)}"


def shown_names(names: Sequence[str]) -> str:
    """Return the first names as they go into a message.

    Examples
    --------
    >>> shown_names(["A", "B"])
    'it has A, B'
    """
    if not names:
        return "it has no named markers"
    more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
    return f"it has {', '.join(names[:SHOWN_NAMES])}{more}"


def load_joint_map(path: Path) -> dict[str, str]:
    """Read a TOML file with one line a marker, `"their name" = "our_joint"`.

    Raises
    ------
    InvalidPoseFileError
        When the file cannot be read, is no such table, or names an unknown joint.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InvalidPoseFileError(f"the joint map {path} cannot be read ({error.strerror}); check its name") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidPoseFileError(
            f'the joint map {path} is not valid TOML ({error}); expected lines like "LELB2" = "left_elbow"'
        ) from error
    for marker, joint in table.items():
        if not isinstance(joint, str):
            raise InvalidPoseFileError(f"the joint map {path} gives {marker!r} no joint name; expected a text")
        if joint not in BODY_23.joints:
            raise InvalidPoseFileError(f"the joint map {path} names {joint!r}, which is no joint{_proposal(joint)}")
    return table
