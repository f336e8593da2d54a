"""The techniques that can be evaluated and their key actions, from `techniques.toml` and a coach's own file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    ThrowEvent,
    ThrowKind,
)
from handball.domain.pose import Pose
from handball.errors import InvalidConfigError, NoThrowError
from handball.key_actions.coach_list import Criterion, check_coach_list, role_of
from handball.key_actions.listing import at_event, listed
from handball.key_actions.techniques_table import (
    AUTOMATIC,
    OWN_WORDS,
    WITHOUT,
    Table,
    near,
    own_tables,
    read_text,
    shipped_document,
    shipped_key_actions,
    shipped_tables,
    wrong,
)

_SURE = 0.8
ROOT = "throw"
"""What every technique is like in the end."""


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
    compared
        The coach's list: names of the key actions at which throws are compared.
    key_actions, first
        By key action: its criterion, and the angles of the report's first screen. Both hold the anchors, what is
        compared, and what that lies a fixed time from.
    """

    name: str
    shipped: str
    feet: ThrowKind | None
    events: tuple[EventName, ...]
    compared: tuple[KeyActionName, ...]
    key_actions: Mapping[KeyActionName, Criterion]
    first: Mapping[KeyActionName, tuple[str, ...]]

    def words(self) -> dict[str, str]:
        """Return the coach's words, by their keys in the language tables."""
        told = ((name, word, getattr(one, word)) for name, one in self.key_actions.items() for word in ("name", "what"))
        own = set(self.key_actions) - set(shipped_key_actions())
        return {f"key_action.{name}.{word}": text for name, word, text in told if text or name in own}

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

    def listed(
        self,
        found: KeyActions,
        body: Pose,
        *,
        events: Sequence[ThrowEvent] = (),
        by_hand: Mapping[KeyActionName, float] | None = None,
    ) -> KeyActions:
        """Add the key actions that the coach has added, and keep which ones are compared (see `listing`)."""
        return listed(found, self.key_actions, self.compared, body, events=events, by_hand=by_hand)

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
        return at_event(mark.name, event)


def technique(name: str, path: Path | None = None, text: str = "") -> Technique:
    """Return a technique of the shipped table, or as a coach's file or text of the same form changes or adds it.

    Raises
    ------
    InvalidConfigError
        For a technique without rules (the message lists those that have some), an unknown one, and
        whatever is wrong in the coach's file.
    """
    shipped, own = shipped_tables(), own_tables(read_text(path) if path is not None else text, path)
    tables = dict(shipped) | {one: {**shipped.get(one, {}), **table} for one, table in own.items()}
    if name not in tables:
        raise InvalidConfigError(_not_there(name, tables))
    chain = _chain(name, tables, path)
    tables_of = [table for one in chain for table in (own.get(one), shipped.get(one)) if table]
    ordered, beside = _compared(chain, own)
    key_actions = check_coach_list(name, ordered, beside, _criteria(tables_of), path)
    return Technique(
        name=name,
        shipped=next(one for one in chain if one in shipped),
        feet=_first_of("feet", tables_of),
        events=tuple(_first_of("events", tables_of) or ()),
        compared=(*ordered, *beside),
        key_actions=key_actions,
        first={one: _first_screen(one, key_actions, tables_of) for one in key_actions},
    )


def techniques_with_rules(path: Path | None = None) -> tuple[str, ...]:
    """Return the names of all techniques that can be evaluated.

    Examples
    --------
    >>> techniques_with_rules()
    ('throw', 'jump_shot', 'standing_shot', 'pass')
    """
    own = own_tables(read_text(path), path) if path is not None else ()
    return tuple(dict.fromkeys([*shipped_tables(), *own]))


def _compared(
    chain: Iterable[str], own: Mapping[str, Table]
) -> tuple[tuple[KeyActionName, ...], tuple[KeyActionName, ...]]:
    """Return the nearest `compare`, and what nearer tables of the coach describe that is not on it."""
    beside: dict[KeyActionName, None] = {}
    for one in chain:
        for table, is_own in ((own.get(one, {}), True), (shipped_tables().get(one, {}), False)):
            if "compare" in table:
                listed = tuple(table["compare"])
                return listed, tuple(name for name in beside if name not in listed)
            beside |= dict.fromkeys(table.get("key_actions", {})) if is_own else {}
    return KEY_ACTION_NAMES, tuple(beside)


def _first_screen(
    name: KeyActionName, criteria: Mapping[KeyActionName, Criterion], tables: Iterable[Table]
) -> tuple[str, ...]:
    """Return the angles of the first screen; those of the anchor that a key action is like, where it has none."""
    firsts = [table.get("first", {}) for table in tables]
    return tuple(_first_of(name, firsts) or _first_of(role_of(name, criteria), firsts))


def _first_of(key: str, tables: Iterable[Table]) -> Any:
    return next((table[key] for table in tables if key in table), None)


def _criteria(tables: Iterable[Table]) -> dict[KeyActionName, Criterion]:
    """Lay what every table of the chain says of each key action over each other, the nearest on top."""
    said = [table.get("key_actions", {}) for table in tables]
    names: dict[KeyActionName, None] = dict.fromkeys((*KEY_ACTION_NAMES, *(name for one in said for name in one)))
    return {name: _criterion([one.get(name, {}) for one in said]) for name in names}


def _criterion(said: Iterable[Table]) -> Criterion:
    found = {word: _first_of(word, said) for word in OWN_WORDS}
    return Criterion(**{word: value for word, value in found.items() if value is not None})


def _chain(name: str, tables: Mapping[str, Table], path: Path | None) -> list[str]:
    """Return a technique and those that it is like, the nearest first."""
    chain = [name]
    while "like" in (table := tables[chain[-1]]):
        if table["like"] not in tables:
            raise wrong(
                path, f"[{chain[-1]}] is like '{table['like']}', which is not there{near(table['like'], tables)}"
            )
        if table["like"] in chain:
            raise wrong(path, f"[{chain[-1]}] is like '{table['like']}', which is like itself")
        chain.append(table["like"])
    return chain if chain[-1] == ROOT else [*chain, ROOT]


def _not_there(name: str, tables: Mapping[str, Table]) -> str:
    choices = ", ".join([*tables, "any"])
    if name in shipped_document()[WITHOUT]:
        return f"Technique '{name}' has no rules for its key actions yet, expected one of {choices}."
    return f"'{name}' is no action{near(name, [*tables, 'any'])}, expected one of {choices}."
