"""How exactly the key actions of synthetic throws are found: `handball bench key-actions`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.benchmarking.alignment import Progress
from handball.benchmarking.intervals import Share, bootstrap, share_of
from handball.benchmarking.rendered import rendered_throws
from handball.benchmarking.synthetic_throws import THROWS, analyzed, roster, throws
from handball.benchmarking.throw_truth import ThrowTruth, truth_of
from handball.domain.action import KEY_ACTION_NAMES, KeyActionName, KeyActions
from handball.errors import HandballError
from handball.synthesis.dataset import set_hash
from handball.synthesis.motion import Motion

Array = NDArray[np.float64]

RATES_HZ = (30.0, 60.0, 120.0, 240.0)
RULES = ("default", "elbow_global")


@attrs.frozen(kw_only=True)
class MomentError:
    """How late a key action was found in one clip: seconds, NaN where the clip was refused."""

    rule: str
    technique: str
    arm_slot: str
    rate_hz: float
    key_action: KeyActionName
    player: int
    late_s: float


@attrs.frozen(kw_only=True)
class MomentRow:
    """Errors of one key action over many clips.

    `median_ms` is the median of the absolute error, with the 95 % interval of drawing whole players;
    `bias_ms` the median with its sign, positive when found late. Refused clips count in `refused` alone.
    """

    rule: str
    technique: str
    arm_slot: str
    rate_hz: float
    key_action: str
    refused: Share
    median_ms: float
    interval_ms: tuple[float, float]
    bias_ms: float
    median_frames: float
    within_1: Share
    within_2: Share
    within_3: Share


@attrs.frozen(kw_only=True)
class KeyActionBenchmark:
    """The table of every rule, technique, arm slot, rate and key action."""

    source: str
    players: int
    clips: int
    seed: int
    rows: tuple[MomentRow, ...]

    def row(self, key_action: str, technique: str, rate_hz: float, *, rule: str = "default") -> MomentRow:
        """Return the row over all arm slots. Raises `KeyError` where nothing was measured."""
        for row in self.rows:
            if (row.rule, row.technique, row.arm_slot, row.rate_hz, row.key_action) == (
                rule,
                technique,
                "all",
                rate_hz,
                key_action,
            ):
                return row
        raise KeyError(f"no {key_action} of {technique} at {rate_hz} Hz in this benchmark")

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        lines = [
            f"Synthetic, {self.source}; {self.players} players, {self.clips} clips each a technique, seed {self.seed}",
            "",
            "| rule | technique | arm slot | rate | key action | error, ms | interval | bias, ms | frames "
            "| within 1 | within 2 | within 3 | refused |",
            "| --- | --- | --- | ---: | --- | ---: | --- | ---: | ---: | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {row.rule} | {row.technique} | {row.arm_slot} | {row.rate_hz:g} | {row.key_action} "
            f"| {row.median_ms:.1f} | {row.interval_ms[0]:.1f} to {row.interval_ms[1]:.1f} | {row.bias_ms:+.1f} "
            f"| {row.median_frames:.1f} | {row.within_1} | {row.within_2} | {row.within_3} | {row.refused} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


def run(
    *,
    players: int = 12,
    clips: int = 5,
    seed: int = 2020,
    rates: Sequence[float] = RATES_HZ,
    noise_mm: float = 0.0,
    progress: Progress | None = None,
) -> KeyActionBenchmark:
    """Find the key actions of synthetic throws from their true joints.

    Parameters
    ----------
    noise_mm
        One standard deviation of noise on each coordinate of each joint.
    progress
        Called with the clips done and the clips to do.
    """
    errors: list[MomentError] = []
    total = len(rates) * len(THROWS) * players * clips
    group = roster(players)
    for rate_hz in rates:
        for technique in THROWS:
            for motion in throws(technique, group, clips, seed=seed, rate_hz=rate_hz):
                errors += joint_errors(motion, group.index(motion.player), rate_hz, noise_mm=noise_mm)
                if progress is not None:
                    progress(len(errors) // (len(RULES) * len(KEY_ACTION_NAMES)), total)
    source = f"true joints, {noise_mm:g} mm noise"
    return KeyActionBenchmark(source=source, players=players, clips=clips, seed=seed, rows=tuple(summarized(errors)))


def run_rendered(folder: Path, *, cameras: Sequence[int] = (), progress: Progress | None = None) -> KeyActionBenchmark:
    """Find the key actions of the throws of a rendered set from the pictures of each camera, or of some together."""
    errors: list[MomentError] = []
    players: set[int] = set()
    count = 0
    for clip in rendered_throws(folder, cameras=cameras, progress=progress):
        players.add(clip.truth.player)
        count += 1
        marks = clip.performance.key_actions if clip.performance else None
        errors += _errors(clip.truth, marks, clip.row["rate_hz"])
    source = f"pictures of {count} clips, set {set_hash(folder)}"
    each = count // max(1, len(players))
    return KeyActionBenchmark(source=source, players=len(players), clips=each, seed=0, rows=tuple(summarized(errors)))


def joint_errors(motion: Motion, player: int, rate_hz: float, *, noise_mm: float = 0.0) -> list[MomentError]:
    """Return the error of each key action by each rule, from the joints of one throw."""
    try:
        marks = analyzed(motion, noise_mm=noise_mm).performance.key_actions
    except HandballError:
        marks = None
    return _errors(truth_of(motion, player), marks, rate_hz)


def _errors(truth: ThrowTruth, marks: KeyActions | None, rate_hz: float) -> list[MomentError]:
    found: dict[str, dict[str, float]] = {rule: {} for rule in RULES}
    if marks is not None:
        found["default"] = {mark.name: mark.time for mark in marks.marks}
        found["elbow_global"] = {mark.name: mark.time for mark in marks.literal}
    return [
        MomentError(
            rule=rule,
            technique=truth.technique,
            arm_slot=truth.arm_slot,
            rate_hz=rate_hz,
            key_action=name,
            player=truth.player,
            late_s=found[rule].get(name, np.nan) - truth.moments[name],
        )
        for rule in RULES
        for name in KEY_ACTION_NAMES
    ]


def summarized(errors: Sequence[MomentError]) -> Iterable[MomentRow]:
    """Put errors into rows: every technique over all arm slots, then each slot that occurs."""
    for rule, rate_hz, technique in dict.fromkeys((e.rule, e.rate_hz, e.technique) for e in errors):
        own = [e for e in errors if (e.rule, e.rate_hz, e.technique) == (rule, rate_hz, technique)]
        slots = list(dict.fromkeys(e.arm_slot for e in own))
        for slot in ["all", *slots] if len(slots) > 1 else ["all"]:
            for name in KEY_ACTION_NAMES:
                cell = [e for e in own if e.key_action == name and slot in ("all", e.arm_slot)]
                yield _row(cell, slot)


def _row(cell: Sequence[MomentError], slot: str) -> MomentRow:
    late = np.array([error.late_s for error in cell])
    found = ~np.isnan(late)
    frames = np.abs(late[found]) * cell[0].rate_hz
    shared: dict[str, Any] = {f"within_{count}": share_of(frames <= count + 1e-9) for count in (1, 2, 3)}
    away = np.abs(late[found]) * 1000
    groups = np.array([error.player for error in cell])[found]
    return MomentRow(
        rule=cell[0].rule,
        technique=cell[0].technique,
        arm_slot=slot,
        rate_hz=cell[0].rate_hz,
        key_action=cell[0].key_action,
        refused=share_of(~found),
        median_ms=_median(away),
        interval_ms=bootstrap(away, groups, _median, repeats=200),
        bias_ms=_median(late[found] * 1000),
        median_frames=_median(frames),
        **shared,
    )


def _median(values: Array) -> float:
    return float(np.median(values)) if values.size else float("nan")
