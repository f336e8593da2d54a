"""Tables of techniques as they are written: the shipped one and a coach's own, read and checked key by key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from handball.domain.action import EVENT_NAMES, KEY_ACTION_NAMES, AnchorName, ThrowKind
from handball.errors import InvalidConfigError
from handball.kinematics.angles import ANGLE_NAMES

Table = Mapping[str, Any]

AUTOMATIC = "automatic"
CURVE_RULES = ("elbow_top", "elbow_most_bent", "hand_furthest_back")
"""What the arm does before the strike."""
RULES: Mapping[AnchorName, tuple[str, ...]] = {
    "start": (AUTOMATIC, "plant", "take_off"),
    "cocking": (AUTOMATIC, *CURVE_RULES, "plant", "take_off"),
    "strike": (AUTOMATIC,),
    "finish": (AUTOMATIC, "landing"),
}
"""The rules that a coach may choose for each anchor; the names of events stand for the events."""
WORDS = ("rule", "name", "what")
OWN_WORDS = (*WORDS, "after_ms", "like")
"""What may be said of a key action that a coach adds."""
WITHOUT = "without_rules"
MOST_AFTER_MS = 2000.0
_FEET: tuple[ThrowKind, ...] = ("jump", "standing")
_KEYS = ("like", "feet", "events", "compare", "first", "key_actions")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


@cache
def shipped_document() -> Table:
    """Return the whole shipped table, with the names of techniques that have no rules."""
    return tomllib.loads((files("handball.key_actions") / "techniques.toml").read_text(encoding="utf-8"))


@cache
def shipped_tables() -> Mapping[str, Table]:
    """Return the shipped techniques by their names."""
    return _checked({name: table for name, table in shipped_document().items() if name != WITHOUT}, None, ())


@cache
def shipped_key_actions() -> tuple[str, ...]:
    """Return the names of key actions that the shipped table has a rule for; each has words in every language."""
    return _defined(shipped_tables())


@cache
def read_text(path: Path) -> str:
    """Return the text of a coach's file.

    Raises
    ------
    InvalidConfigError
        When it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidConfigError(
            f"Techniques file {path} cannot be read ({error.strerror}): check the name."
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidConfigError(f"Techniques file {path} is not valid TOML: {error}.") from error


@cache
def own_tables(text: str, path: Path | None) -> Mapping[str, Table]:
    """Return the techniques of a coach's text by their names; `path` is where it comes from.

    Raises
    ------
    InvalidConfigError
        For whatever is wrong in it.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidConfigError(f"Techniques file {path or ''} is not valid TOML: {error}.") from error
    return _checked(document, path, shipped_key_actions())


def _defined(document: Table) -> tuple[str, ...]:
    """Return the names of all key actions that are described anywhere, the anchors first."""
    found = (name for table in document.values() if isinstance(table, Mapping) for name in _described(table))
    return tuple(dict.fromkeys((*KEY_ACTION_NAMES, *found)))


def _described(table: Table) -> Iterable[str]:
    described = table.get("key_actions", {})
    return described if isinstance(described, Mapping) else ()


def _checked(document: Table, path: Path | None, shipped: tuple[str, ...]) -> Mapping[str, Table]:
    """Check every table; `shipped` are key actions that are described elsewhere."""
    known = tuple(dict.fromkeys((*shipped, *_defined(document))))
    for name, table in document.items():
        if not isinstance(table, Mapping):
            raise wrong(path, f"'{name}' must be a table: write [{name}] above its keys")
        _check_names(table, _KEYS, f"[{name}]", path)
        if "feet" in table and table["feet"] not in _FEET:
            raise wrong(path, f"feet of [{name}] must be jump or standing, found {table['feet']!r}")
        _check_list(table.get("events", []), EVENT_NAMES, f"events of [{name}]", path)
        if "compare" in table:
            _check_compared(table["compare"], known, f"compare of [{name}]", path)
        _check_names(table.get("first", {}), known, f"[{name}.first]", path)
        for key_action, angles in table.get("first", {}).items():
            _check_list(angles, ANGLE_NAMES, f"{key_action} of [{name}.first]", path)
        _check_criteria(table.get("key_actions", {}), name, known, path)
    return document


def _check_compared(names: Any, known: Iterable[str], where: str, path: Path | None) -> None:
    _check_list(names, known, where, path)
    twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
    if twice is not None:
        raise wrong(path, f"{where} names {twice} twice: name it once")
    if "strike" not in names:
        raise wrong(path, f"{where} leaves out strike, on which everything else hangs: add it")


def _check_criteria(table: Any, name: str, known: tuple[str, ...], path: Path | None) -> None:
    if not isinstance(table, Mapping):
        raise wrong(path, f"[{name}.key_actions] must be a table, found {table!r}")
    for key_action, criterion in table.items():
        where = f"[{name}.key_actions.{key_action}]"
        anchor = next((one for one in KEY_ACTION_NAMES if one == key_action), None)
        _check_names(criterion, WORDS if anchor else OWN_WORDS, where, path)
        bad = next((word for word in (*WORDS, "like") if not isinstance(criterion.get(word, ""), str)), None)
        if bad is not None:
            raise wrong(path, f"{bad} of {where} must be text, found {criterion[bad]!r}")
        if anchor is None:
            _check_own(key_action, criterion, known, where, path)
        elif "rule" in criterion:
            _check_list([criterion["rule"]], RULES[anchor], f"rule of {where}", path)


def _check_own(key_action: str, criterion: Table, known: tuple[str, ...], where: str, path: Path | None) -> None:
    """Check what is said of a key action that is no anchor."""
    if not _IDENTIFIER.fullmatch(key_action):
        raise wrong(path, f"the key action of {where} must be named in small letters, digits and _, such as first_step")
    if "rule" in criterion:
        others = (one for one in known if one not in (key_action, *EVENT_NAMES))
        rules, meant = (*EVENT_NAMES, *CURVE_RULES, *others), near(key_action, KEY_ACTION_NAMES)
        if criterion["rule"] not in rules and meant:
            raise wrong(path, f"{where}: '{key_action}'{meant} has no rule {criterion['rule']!r}")
        _check_list([criterion["rule"]], rules, f"rule of {where}", path)
    if "like" in criterion:
        _check_list([criterion["like"]], KEY_ACTION_NAMES, f"like of {where}", path)
    after = criterion.get("after_ms", 1.0)
    number = isinstance(after, (int, float)) and not isinstance(after, bool)
    if not number or not 0 < abs(after) <= MOST_AFTER_MS:
        raise wrong(
            path,
            f"after_ms of {where} must be milliseconds from {-MOST_AFTER_MS:g} to {MOST_AFTER_MS:g} and not 0, "
            f"found {after!r}",
        )


def _check_names(table: Any, known: Iterable[str], where: str, path: Path | None) -> None:
    if not isinstance(table, Mapping):
        raise wrong(path, f"{where} must be a table, found {table!r}")
    _check_list(list(table), known, f"key in {where}", path)


def _check_list(values: Any, known: Iterable[str], where: str, path: Path | None) -> None:
    if not isinstance(values, list):
        raise wrong(path, f"{where} must be a list, found {values!r}")
    names = tuple(known)
    for value in values:
        if value not in names:
            raise wrong(path, f"unknown {where}: {value!r}{near(value, names)}, expected one of {', '.join(names)}")


def near(value: Any, known: Iterable[str]) -> str:
    """Return ` (did you mean ...?)` for the nearest known name; nothing where none is near."""
    close = difflib.get_close_matches(str(value), tuple(known), 1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def wrong(path: Path | None, what: str) -> InvalidConfigError:
    """Return the error for a flaw of a table, which names its file."""
    return InvalidConfigError(f"Techniques file {path or 'techniques.toml'}: {what}.")
