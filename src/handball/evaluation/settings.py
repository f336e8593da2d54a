"""How strict an evaluation is."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from handball.domain.action import KeyActionName
from handball.domain.performance import Performance
from handball.errors import InvalidConfigError

STRICTNESS_RANGE = (0.25, 10.0)


def _check_strictness(_: object, __: object, value: float) -> None:
    low, high = STRICTNESS_RANGE
    if not low <= value <= high:
        raise InvalidConfigError(
            f"Strictness must lie between {low:g} and {high:g}, found {value:g}; "
            "2 is the default, a smaller number forgives less."
        )


@attrs.frozen(kw_only=True)
class EvaluationSettings:
    """Settings of the evaluation.

    Attributes
    ----------
    strictness
        How many spreads of the standard's clips still count as fine; smaller forgives less. For a
        single clip, which has no spread, the tolerances of `tolerances.toml` are scaled by
        strictness / 2, so that the default leaves them as they are.
    floor_share
        No tolerance falls below this share of the one in the table: a few clips that happen to
        agree do not prove that every other way is wrong.
    cap_share
        A difference whose uncertainty exceeds this multiple of the tolerance in the table cannot be
        measured by these clips (9 degrees where the table says 15). A larger share tells more, and more of it
        wrongly; this one was chosen on rendered throws (docs/explanation/synthetic-results.md).
    rig_cap_share
        The same where several calibrated cameras have seen both clips: they seldom take one limb for another, so that
        gross errors, which no uncertainty foretells, are rare.
    score_scale
        Width (one sd) of the bell curve that scores one quantity, in tolerances: with 1.5 the border of
        slight scores 80 and the border of large 41.
    low_rate_hz
        Below this rate the values at an exact frame come with a notice.
    technique
        `jump_shot`, `standing_shot` or `pass`; `throw` where it is not known which; anything else has no faults of
        the table, and every difference from the standard counts.
    own_standard
        Whether the standard is an earlier throw of the same athlete: then no difference is a matter of style.
    first
        Angles of the first screen by key action, in order; those of `key_angles.toml` for an anchor that
        is left out.

    Raises
    ------
    InvalidConfigError
        For a strictness outside 0.25..10.
    """

    strictness: float = attrs.field(default=2.0, validator=_check_strictness)
    floor_share: float = 1 / 3
    cap_share: float = 0.6
    rig_cap_share: float = 1.0
    score_scale: float = 1.5
    low_rate_hz: float = 60.0
    technique: str = "throw"
    own_standard: bool = False
    first: Mapping[KeyActionName, tuple[str, ...]] = attrs.field(factory=dict)

    def of_clips(self, *clips: Performance) -> EvaluationSettings:
        """Return the settings for clips that are compared: with the cap of a rig where one has seen all of them."""
        seen = all(clip.rig is not None for clip in clips)
        return attrs.evolve(self, cap_share=self.rig_cap_share) if seen else self
