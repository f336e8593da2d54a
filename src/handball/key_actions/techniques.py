"""The techniques that can be evaluated and their key actions, from `techniques.toml` and a coach's own file."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs

from handball.domain.action import (
    EVENT_NAMES,
    KEY_ACTION_NAMES,
    EventName,
    FoundKind,
    KeyAction,
    KeyActionName,
    KeyActions,
    KeyMoment,
    ThrowKind,
)
from handball.errors import InvalidConfigError, NoThrowError
from handball.kinematics.angles import ANGLE_NAMES

AUTOMATIC = "automatic"
RULES: Mapping[KeyActionName, tuple[str, ...]] = {
    "start": (AUTOMATIC, "plant", "take_off"),
    "cocking": (AUTOMATIC, "elbow_top", "elbow_most_bent", "hand_furthest_back", "plant", "take_off"),
    "strike": (AUTOMATIC,),
    "finish": (AUTOMATIC, "landing"),
}
"""The rules that a coach may choose for each key action; the names of events stand for the events."""
_FEET: tuple[ThrowKind, ...] = ("jump", "standing")
_KEYS = ("like", "feet", "events", "first", "key_actions")
_WORDS = ("rule", "name", "what")
_WITHOUT = "without_rules"
_SURE = 0.8
ROOT = "throw"
"""What every technique is like in the end."""
Table = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Criterion:
    """How a key action is found, and what the report calls it; empty words are those of the language."""

    rule: str = AUTOMATIC
    name: str = ""
    what: str = ""


@attrs.frozen(kw_only=True)
class Technique:
    """One technique.

    Attributes
    ----------
    name, shipped
        Its name, and that of the technique of the shipped table which it is or is like.
    feet
        Whether it is thrown in a jump or standing; None where both will do.
    events
        What happens in it beside the key actions.
    key_actions, first
        By key action: its criterion, and the angles of the report's first screen.
    """

    name: str
    shipped: str
    feet: ThrowKind | None
    events: tuple[EventName, ...]
    key_actions: Mapping[KeyActionName, Criterion]
    first: Mapping[KeyActionName, tuple[str, ...]]

    def words(self) -> dict[str, str]:
        """Return the coach's words, by their keys in the language tables."""
        told = ((name, word, getattr(one, word)) for name, one in self.key_actions.items() for word in ("name", "what"))
        return {f"key_action.{name}.{word}": text for name, word, text in told if text}

    @property
    def cocking(self) -> str | None:
        """Return the one rule by which the arm's curves give the cocking; None for all of them in their order."""
        rule = self.key_actions["cocking"].rule
        return None if rule == AUTOMATIC or rule in EVENT_NAMES else rule

    def contradicted_by(self, kind: FoundKind | None) -> bool:
        """Tell whether the feet surely do something else than this technique asks for."""
        if kind is None or self.feet is None or kind.confidence < _SURE:
            return False
        return kind.kind != self.feet

    def applied(self, found: KeyActions) -> KeyActions:
        """Keep the events of this technique, and put key actions where a coach wants them to be events.

        What was set by hand stays.

        Raises
        ------
        NoThrowError
            When such an event was not found, or key actions no longer follow each other.
        """
        start, cocking, strike, finish = (self._at_event(mark, found) for mark in found.marks)
        marks = (start, cocking, strike, finish)
        if [mark.row for mark in marks] != sorted(mark.row for mark in marks):
            order = ", ".join(f"{mark.name} {mark.time:.2f} s" for mark in marks)
            raise NoThrowError(f"By the rules of technique {self.name} key actions do not follow each other: {order}.")
        events = tuple(event for event in found.events if event.name in self.events)
        return attrs.evolve(found, marks=marks, events=events)

    def _at_event(self, mark: KeyAction, found: KeyActions) -> KeyAction:
        rule = self.key_actions[mark.name].rule
        name = next((event for event in EVENT_NAMES if event == rule), None)
        if name is None or mark.rule == "manual":
            return mark
        event = found.event(name)
        if event is None:
            raise NoThrowError(
                f"Technique {self.name} takes {mark.name} at {name}, and this clip does not show {name}: film the "
                "whole body from the side with a camera at rest, or choose another rule in the techniques file."
            )
        shared = {field.name: getattr(event, field.name) for field in attrs.fields(KeyMoment)}
        return KeyAction(**shared | {"name": mark.name, "rule": name})


def technique(name: str, path: Path | None = None) -> Technique:
    """Return a technique of the shipped table, or as a coach's file changes or adds it.

    Raises
    ------
    InvalidConfigError
        For a technique without rules (the message lists those that have some), an unknown one, and
        whatever is wrong in the coach's file.
    """
    shipped, own = _shipped(), _own(path) if path is not None else {}
    tables = dict(shipped) | {one: {**shipped.get(one, {}), **table} for one, table in own.items()}
    if name not in tables:
        raise InvalidConfigError(_not_there(name, tables))
    chain = _chain(name, tables, path)
    tables_of = [table for one in chain for table in (own.get(one), shipped.get(one)) if table]
    feet, events = _first_of("feet", tables_of), _first_of("events", tables_of) or ()
    return Technique(
        name=name,
        shipped=next(one for one in chain if one in shipped),
        feet=feet,
        events=tuple(events),
        key_actions={one: _criterion(one, tables_of) for one in KEY_ACTION_NAMES},
        first={one: tuple(_first_of(one, [table.get("first", {}) for table in tables_of])) for one in KEY_ACTION_NAMES},
    )


def techniques_with_rules(path: Path | None = None) -> tuple[str, ...]:
    """Return the names of all techniques that can be evaluated.

    Examples
    --------
    >>> techniques_with_rules()
    ('throw', 'jump_shot', 'standing_shot', 'pass')
    """
    return tuple(dict.fromkeys([*_shipped(), *(_own(path) if path is not None else ())]))


def _first_of(key: str, tables: Iterable[Table]) -> Any:
    return next((table[key] for table in tables if key in table), None)


def _criterion(key_action: KeyActionName, tables: Iterable[Table]) -> Criterion:
    found = [table.get("key_actions", {}).get(key_action, {}) for table in tables]
    return Criterion(**{word: _first_of(word, found) for word in _WORDS})


def _chain(name: str, tables: Mapping[str, Table], path: Path | None) -> list[str]:
    """Return a technique and those that it is like, the nearest first."""
    chain = [name]
    while "like" in (table := tables[chain[-1]]):
        if table["like"] not in tables:
            raise _wrong(
                path, f"[{chain[-1]}] is like '{table['like']}', which is not there{_near(table['like'], tables)}"
            )
        if table["like"] in chain:
            raise _wrong(path, f"[{chain[-1]}] is like '{table['like']}', which is like itself")
        chain.append(table["like"])
    return chain if chain[-1] == ROOT else [*chain, ROOT]


def _not_there(name: str, tables: Mapping[str, Table]) -> str:
    choices = ", ".join([*tables, "any"])
    if name in _document()[_WITHOUT]:
        return f"Technique '{name}' has no rules for its key actions yet, expected one of {choices}."
    return f"'{name}' is no action{_near(name, [*tables, 'any'])}, expected one of {choices}."


@cache
def _document() -> Table:
    return tomllib.loads((files("handball.key_actions") / "techniques.toml").read_text(encoding="utf-8"))


@cache
def _shipped() -> Mapping[str, Table]:
    return _checked({name: table for name, table in _document().items() if name != _WITHOUT}, None)


@cache
def _own(path: Path) -> Mapping[str, Table]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidConfigError(
            f"Techniques file {path} cannot be read ({error.strerror}): check the name."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidConfigError(f"Techniques file {path} is not valid TOML: {error}.") from error
    return _checked(document, path)


def _checked(document: Table, path: Path | None) -> Mapping[str, Table]:
    for name, table in document.items():
        if not isinstance(table, Mapping):
            raise _wrong(path, f"'{name}' must be a table: write [{name}] above its keys")
        _check_names(table, _KEYS, f"[{name}]", path)
        if "feet" in table and table["feet"] not in _FEET:
            raise _wrong(path, f"feet of [{name}] must be jump or standing, found {table['feet']!r}")
        _check_list(table.get("events", []), EVENT_NAMES, f"events of [{name}]", path)
        _check_names(table.get("first", {}), KEY_ACTION_NAMES, f"[{name}.first]", path)
        for key_action, angles in table.get("first", {}).items():
            _check_list(angles, ANGLE_NAMES, f"{key_action} of [{name}.first]", path)
        _check_criteria(table.get("key_actions", {}), name, path)
    return document


def _check_criteria(table: Any, name: str, path: Path | None) -> None:
    _check_names(table, KEY_ACTION_NAMES, f"[{name}.key_actions]", path)
    for key_action, criterion in table.items():
        where = f"[{name}.key_actions.{key_action}]"
        _check_names(criterion, _WORDS, where, path)
        wrong = next((word for word, text in criterion.items() if not isinstance(text, str)), None)
        if wrong is not None:
            raise _wrong(path, f"{wrong} of {where} must be text, found {criterion[wrong]!r}")
        if "rule" in criterion:
            _check_list([criterion["rule"]], RULES[key_action], f"rule of {where}", path)


def _check_names(table: Any, known: Iterable[str], where: str, path: Path | None) -> None:
    if not isinstance(table, Mapping):
        raise _wrong(path, f"{where} must be a table, found {table!r}")
    _check_list(list(table), known, f"key in {where}", path)


def _check_list(values: Any, known: Iterable[str], where: str, path: Path | None) -> None:
    if not isinstance(values, list):
        raise _wrong(path, f"{where} must be a list, found {values!r}")
    names = tuple(known)
    for value in values:
        if value not in names:
            raise _wrong(path, f"unknown {where}: {value!r}{_near(value, names)}, expected one of {', '.join(names)}")


def _near(value: Any, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(str(value), tuple(known), 1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def _wrong(path: Path | None, what: str) -> InvalidConfigError:
    return InvalidConfigError(f"Techniques file {path or 'techniques.toml'}: {what}.")
