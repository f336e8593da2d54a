"""How an alignment plays as a film: which step is shown when, slowly where the throw is fast."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from handball.domain.action import KEY_ACTION_NAMES, KeyActionName
from handball.domain.arrays import column
from handball.domain.assessment import Assessment, KeyActionAssessment

FAST_PART_S = 1.5
SLOWEST = 8.0
SLOWEST_AROUND = 2.0
LONGEST_S = 20.0
HOLD_S = 0.4
_EASE_S = 0.15


@attrs.frozen(kw_only=True)
class Timeline:
    """What a film of an alignment shows in each of its frames.

    Attributes
    ----------
    steps
        Step of the alignment path in each frame of the film.
    slowness
        How many times slower than life each frame plays.
    key_frames
        Frame of the film at which each key action begins to be held, with its name.
    held
        How many frames a key action is held.
    """

    steps: Int[np.ndarray, " shown"] = column(np.int64)
    slowness: Float[np.ndarray, " shown"] = column(np.float64)
    key_frames: tuple[tuple[KeyActionName, int], ...]
    held: int

    def key_action_at(self, frame: int) -> KeyActionName | None:
        """Return the key action that is held in a frame of the film."""
        for name, first in self.key_frames:
            if first <= frame < first + self.held:
                return name
        return None


def key_steps(assessment: Assessment) -> tuple[tuple[KeyActionName, int], ...]:
    """Return for each key action the step of the path that is nearest to both its rows, in rising order.

    One that a coach has added and that lies before or after the path in one of the throws has none.
    """
    found: dict[KeyActionName, int] = {}
    reached = 0
    for mark in assessment.key_actions:
        if mark.name not in KEY_ACTION_NAMES and not _on_path(assessment, mark):
            continue
        step = _nearest_step(assessment, mark)
        if mark.name in KEY_ACTION_NAMES:
            reached = step = max(step, reached)
        found[mark.name] = step
    return tuple(sorted(found.items(), key=lambda one: one[1]))


def _on_path(assessment: Assessment, mark: KeyActionAssessment) -> bool:
    path = assessment.alignment.path
    rows = np.array([mark.reference.row, mark.performance.row])
    return bool((rows >= path[0]).all() and (rows <= path[-1]).all())


def _nearest_step(assessment: Assessment, mark: KeyActionAssessment) -> int:
    rows = np.array([mark.reference.row, mark.performance.row])
    return int(np.argmin(np.abs(assessment.alignment.path - rows).sum(axis=1)))


def path_times(assessment: Assessment) -> NDArray[np.float64]:
    """Return the mean of both clips' seconds since the first step at each step; it rises at every step."""
    clips = (assessment.standard.reference, assessment.performance)
    times = np.stack([clip.body.times[assessment.alignment.path[:, k]] for k, clip in enumerate(clips)])
    mean: NDArray[np.float64] = times.mean(axis=0)
    since: NDArray[np.float64] = mean - mean[0]
    return since


def slowness(times: NDArray[np.float64], fast: tuple[float, float]) -> NDArray[np.float64]:
    """Return how many times slower than life each moment plays.

    The part from `fast[0]` to `fast[1]` (seconds) is stretched to 1.5 s, by at most 8; what lies
    around it runs at most at half speed, with a short easing between.

    Examples
    --------
    >>> slowness(np.array([0.0, 1.0, 1.3]), (1.0, 1.25)).round(1).tolist()
    [2.0, 6.0, 4.2]
    """
    strongest = float(np.clip(FAST_PART_S / max(fast[1] - fast[0], 1e-3), 1.0, SLOWEST))
    around = min(strongest, SLOWEST_AROUND)
    away = np.maximum(np.maximum(fast[0] - times, times - fast[1]), 0.0)
    weight = np.clip(away / _EASE_S, 0.0, 1.0)
    slow: NDArray[np.float64] = np.exp((1 - weight) * np.log(strongest) + weight * np.log(around))
    return slow


def build_timeline(assessment: Assessment, rate_hz: float = 30.0) -> Timeline:
    """Plan the film of an alignment: slow through the fast part, key actions held, 20 s at most."""
    times, keys = path_times(assessment), key_steps(assessment)
    cocking, strike = (_nearest_step(assessment, assessment.moment(name)) for name in ("cocking", "strike"))
    slow = slowness(times, (float(times[cocking]), float(times[strike])))
    plain = np.concatenate([[0.0], np.cumsum(np.diff(times) * (slow[1:] + slow[:-1]) / 2)])
    held_s = sum(HOLD_S for _ in keys)
    pace = min(1.0, (LONGEST_S - held_s) / max(float(plain[-1]), 1e-9))
    begins, ends = _with_holds(plain * pace, [step for _, step in keys])
    moments = np.arange(max(1, int(np.ceil(ends * rate_hz - 1e-6)))) / rate_hz + 1e-9
    shown = np.maximum(np.searchsorted(begins, moments, side="right") - 1, 0)
    held = round(HOLD_S * rate_hz)
    steps = [step for _, step in keys]
    firsts = [
        int(np.searchsorted(moments, begins[step])) + held * steps[:k].count(step) for k, step in enumerate(steps)
    ]
    frames = tuple((name, first) for (name, _), first in zip(keys, firsts, strict=True))
    return Timeline(steps=shown, slowness=slow[shown] * pace, key_frames=frames, held=held)


def _with_holds(begins: NDArray[np.float64], steps: list[int]) -> tuple[NDArray[np.float64], float]:
    """Shift what follows each held step, and return the end of the film as well."""
    later = begins + HOLD_S * np.searchsorted(np.sort(steps), np.arange(len(begins)), side="left")
    return later, float(begins[-1] + HOLD_S * len(steps))
