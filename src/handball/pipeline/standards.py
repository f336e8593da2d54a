"""A frozen standard of the coach's clips: one view a side, clips that do not fit named, pictures within a budget."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Float

from handball.alignment import default_aligner
from handball.capture.view import camera_view
from handball.config import Settings
from handball.domain.angles import AngleSeries
from handball.domain.assessment import Assessment
from handball.domain.performance import Notice, Performance
from handball.domain.standard import Standard, StandardAction, StandardView, away_deg
from handball.kinematics.direction import throwing_direction
from handball.pipeline.comparison import build_standard, compare_throws
from handball.pipeline.facts import version_facts
from handball.pipeline.hooks import Hooks
from handball.reporting.html.budget import wanted, within_budget

SAME_VIEW_DEG = 20.0
"""Clips of one view lie within this of the one in its middle."""
OUTLYING_Z = 3.5
_LEAST_SCALE = 0.3
"""A few clips may agree by chance: their distances count as spread by at least this share of the median."""
PICTURES_BUDGET = 3_000_000
"""Bytes of pictures (in base64, as the report holds them) of one view."""


@attrs.frozen(kw_only=True)
class Fit:
    """How well one clip fits the others: its distance to them by the aligner, and how far above theirs that is."""

    clip: Performance
    distance: float
    z: float

    @property
    def outlying(self) -> bool:
        """Whether it lies far above the others."""
        return self.z > OUTLYING_Z


def azimuth_deg(clip: Performance) -> float | None:
    """Return where the camera stands seen from the athlete, right-handed form; None for joints in the room.

    0 is in the direction of the throw, 90 on the side of the throwing arm, -180 to 180.
    """
    if clip.body.origin == "world":
        return None
    strike = clip.key_actions["strike"]
    view = camera_view(clip.body, strike.time)
    if view is not None:
        return view.azimuth_deg
    x, y, _ = throwing_direction(clip.body, strike.row)
    return float(np.degrees(np.arctan2(x, -y)))


def middle_azimuth_deg(clips: Sequence[Performance]) -> float | None:
    """Return the mean azimuth of several throws; None where none has one."""
    found = np.radians([azimuth for clip in clips if (azimuth := azimuth_deg(clip)) is not None])
    return float(np.degrees(np.angle(np.exp(1j * found).sum()))) if len(found) else None


def fits(clips: Sequence[Performance]) -> tuple[Fit, ...]:
    """Hold every clip against the others: the median of its distances to them, as a robust z.

    The modified z-score of Iglewicz and Hoaglin 1993 (How to detect and handle outliers). With fewer than three
    clips nobody can tell which one is odd, and z is 0.
    """
    distances = _typical_distances([clip.angles.rows(clip.action_rows) for clip in clips])
    middle = float(np.median(distances))
    scale = max(1.4826 * float(np.median(np.abs(distances - middle))), _LEAST_SCALE * middle)
    z = (distances - middle) / scale if len(clips) > 2 and scale > 0 else np.zeros(len(clips))
    return tuple(
        Fit(clip=clip, distance=float(distance), z=float(own))
        for clip, distance, own in zip(clips, distances, z, strict=True)
    )


def _typical_distances(actions: Sequence[AngleSeries]) -> Float[np.ndarray, " clips"]:
    aligner, count = default_aligner(), len(actions)
    found = np.zeros((count, count))
    for first in range(count):
        for second in range(first):
            both = aligner(actions[first], actions[second]), aligner(actions[second], actions[first])
            found[first, second] = found[second, first] = (both[0].distance + both[1].distance) / 2
    others = [np.delete(found[number], number) for number in range(count)]
    return np.array([np.quantile(own, 0.5, method="lower") if own.size else 0.0 for own in others])


def build_views(clips: Sequence[Performance], hooks: Hooks) -> tuple[StandardView, ...]:
    """Put clips that were filmed from the same side together, most clips first."""
    views = [
        StandardView(azimuth_deg=middle_azimuth_deg(group), action=build_standard(group, hooks))
        for group in _by_side(clips)
    ]
    return tuple(sorted(views, key=lambda view: -len(view.action.clips)))


def _by_side(clips: Sequence[Performance]) -> list[list[Performance]]:
    left = list(clips)
    groups: list[list[Performance]] = []
    while left:
        group = max(([other for other in left if _same_side(center, other)] for center in left), key=len)
        groups.append(group)
        left = [clip for clip in left if not any(clip is other for other in group)]
    return groups


def _same_side(first: Performance, second: Performance) -> bool:
    sides = azimuth_deg(first), azimuth_deg(second)
    if sides[0] is None or sides[1] is None:
        return sides[0] is sides[1]
    return away_deg(sides[0], sides[1]) <= SAME_VIEW_DEG


def freeze_standard(
    clips: Sequence[Performance],
    settings: Settings,
    hooks: Hooks,
    *,
    name: str = "",
    group: str = "",
    technique: str = "",
    left_out: Sequence[str] = (),
    whole: bool = False,
) -> Standard:
    """Build the standard that a file holds: everything of the coach's clips that later evaluations and reports need.

    Pictures are thinned out to the budget of a file, unless it is to be `whole`.
    """
    views = build_views(clips, hooks)
    return Standard(
        name=name,
        group=group,
        technique=technique,
        action=settings.action,
        views=views if whole else tuple(map(_with_needed_pictures, views)),
        left_out=tuple(left_out),
        blurred=settings.blur_face,
        facts=version_facts(settings),
        settings=(("pose", settings.pose), ("blur_face", str(settings.blur_face).lower())),
        techniques=settings.techniques_text,
    )


def assess(standard: Standard, performances: Sequence[Performance], settings: Settings, hooks: Hooks) -> Assessment:
    """Compare the throws of one athlete with the view of a standard that is nearest to them.

    A standard whose action is known says which throw it is, where the settings do not.

    Raises
    ------
    UsageError
        When the throws are with different hands.
    ArmNotVisibleError
        When nothing can be compared.
    """
    settings = with_action_of(standard, settings)
    action = _listed(standard.action_seen_from(middle_azimuth_deg(performances)), settings)
    found = compare_throws(action, performances, settings, hooks)
    notices = (*_sides_notices(performances), *_nets_notices(standard, performances, settings))
    return attrs.evolve(found, notices=(*found.notices, *notices))


def with_action_of(standard: Standard, settings: Settings) -> Settings:
    """Return the settings with the action of a standard where they say `throw`, and with its table of techniques.

    A coach's own table that the settings name wins over that of the standard.

    Raises
    ------
    InvalidConfigError
        When the standard's action is one of a table that is not there.
    """
    action = standard.action if settings.action == "throw" else settings.action
    if settings.techniques_text or not standard.techniques:
        return settings.model_copy(update={"action": action})
    return settings.with_techniques(action, standard.techniques)


def _listed(action: StandardAction, settings: Settings) -> StandardAction:
    """Look in the coach's clips for what is compared now; it may be others than when the standard was built."""
    technique = settings.technique
    if technique is None:
        return action
    clips = [attrs.evolve(clip, key_actions=technique.listed(clip.key_actions, clip.body)) for clip in action.clips]
    return attrs.evolve(action, clips=tuple(clips))


def _sides_notices(performances: Sequence[Performance]) -> tuple[Notice, ...]:
    found = [azimuth for one in performances if (azimuth := azimuth_deg(one)) is not None]
    widest = max((away_deg(first, second) for first in found for second in found), default=0.0)
    return (_notice("throws_from_sides", degrees=f"{widest:.0f}"),) if widest > 2 * SAME_VIEW_DEG else ()


def _nets_notices(standard: Standard, performances: Sequence[Performance], settings: Settings) -> tuple[Notice, ...]:
    """Say when the standard was measured in pictures by other nets: what all nets get wrong alike then stays."""
    filmed = any(clip.video for clip in standard.clips) and any(one.video for one in performances)
    own, theirs = (_nets(facts) for facts in (version_facts(settings), standard.facts))
    return (_notice("standard_other_nets"),) if filmed and standard.facts and own != theirs else ()


def _nets(facts: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    return {fact for fact in facts if fact[1].startswith("sha256")}


def _notice(key: str, **values: str) -> Notice:
    return Notice(key=key, values=tuple(values.items()))


def _with_needed_pictures(view: StandardView) -> StandardView:
    """Thin out the pictures of the clip that reports show; the others need none."""
    action = view.action
    clips = [
        _thinned(clip) if number == action.medoid else attrs.evolve(clip, pictures=None)
        for number, clip in enumerate(action.clips)
    ]
    return attrs.evolve(view, action=attrs.evolve(action, clips=tuple(clips)))


def _thinned(clip: Performance) -> Performance:
    pictures = clip.pictures
    if pictures is None:
        return clip
    needed = {mark.frame for mark in (*clip.key_actions.marks, *clip.key_actions.added)}
    needed |= {clip.athlete.frame} if clip.athlete else set()
    asked = wanted(pictures, needed, int(pictures.frames[0]), int(pictures.frames[-1]))
    (kept,) = within_budget([asked], PICTURES_BUDGET)
    jpegs = tuple(pictures.jpegs[number] for number in kept)
    return attrs.evolve(clip, pictures=attrs.evolve(pictures, frames=pictures.frames[list(kept)], jpegs=jpegs))
