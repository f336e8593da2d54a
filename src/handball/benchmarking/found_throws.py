"""How many throws of long recordings are found: `handball bench throws`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np

from handball.benchmarking.intervals import Share
from handball.benchmarking.training_session import Session, make_session, read_session, session_folders
from handball.config import Settings
from handball.pipeline import Hooks, Nets, load_nets
from handball.pipeline.search import search
from handball.pipeline.throws import find_throws

Progress = Callable[[int, int], None]

SAME_S = 0.5


@attrs.frozen(kw_only=True)
class RecordingFound:
    """One recording: true throws that were found, found throws that are none, the right hand, errors of the time."""

    name: str
    found: Share
    false: Share
    hand: Share
    errors_s: tuple[float, ...]
    missed: tuple[tuple[float, str], ...]
    seconds: float


@attrs.frozen(kw_only=True)
class FoundThrowsBenchmark:
    """The table of all recordings."""

    recordings: tuple[RecordingFound, ...]

    def total(self, name: str) -> Share:
        """Add up `found`, `false` or `hand` over all recordings."""
        shares = [getattr(one, name) for one in self.recordings]
        return Share(hits=sum(one.hits for one in shares), of=sum(one.of for one in shares))

    def to_table(self) -> str:
        """Write it as a table in Markdown."""
        rows = [
            _row(one.name, one.found, one.false, one.hand, f"{_middle(one)} | {one.seconds:.0f}")
            for one in self.recordings
        ]
        rows.append(_row("all", self.total("found"), self.total("false"), self.total("hand"), "|"))
        head = "| recording | throws | found | found that are none | right hand | median error, ms | processor, s |"
        return "\n".join([head, "| --- | ---: | --- | --- | --- | ---: | ---: |", *rows])

    def to_json(self) -> str:
        """Write every recording."""
        return json.dumps({"recordings": [attrs.asdict(one) for one in self.recordings]}, indent=1)


def _row(name: str, found: Share, false: Share, hand: Share, rest: str) -> str:
    return f"| {name} | {found.of} | {found} | {false} | {hand} | {rest} |"


def _middle(one: RecordingFound) -> str:
    return f"{1000 * np.median(np.abs(one.errors_s)):.0f}" if one.errors_s else "none"


def run(
    folder: Path, *, player: int, seconds: float, seed: int, progress: Progress | None = None
) -> FoundThrowsBenchmark:
    """Find the throws of every recording below a folder; where there is none, render one.

    Raises
    ------
    MissingExtraError
        Where the extra `synth` is not installed.
    """
    if not any(session_folders(folder)):
        make_session(folder, player=player, seconds=seconds, seed=seed)
    folders = list(session_folders(folder))
    nets = load_nets(Settings(pose="full"))
    rows = []
    for done, place in enumerate(folders, start=1):
        rows.append(_found(place.name, read_session(place), nets))
        if progress is not None:
            progress(done, len(folders))
    return FoundThrowsBenchmark(recordings=tuple(rows))


def _found(name: str, session: Session, nets: Nets) -> RecordingFound:
    settings, hooks = Settings(), Hooks()
    begin = time.process_time()
    searched = search(session.video, settings.test, nets, hooks)
    found = find_throws(searched, settings.test, settings, nets, hooks)
    seconds = time.process_time() - begin
    errors: list[float] = []
    missed: list[tuple[float, str]] = []
    left = list(found)
    for true in session.throws:
        near = min(left, key=lambda one: abs(one.time - true.time), default=None)
        if near is not None and abs(near.time - true.time) <= SAME_S:
            left.remove(near)
            errors.append(near.time - true.time)
        else:
            missed.append((true.time, true.technique))
    return RecordingFound(
        name=name,
        found=Share(hits=len(errors), of=len(session.throws)),
        false=Share(hits=len(left), of=len(found)),
        hand=Share(hits=sum(one.hand == session.hand for one in found if one not in left), of=len(errors)),
        errors_s=tuple(errors),
        missed=tuple(missed),
        seconds=seconds,
    )
