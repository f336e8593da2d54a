"""The standard: one coach clip, or several that span a band, from one side or from several."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float

from handball.domain.arrays import check_shape, column
from handball.domain.performance import Performance


@attrs.frozen(kw_only=True)
class Band:
    """Mean and spread (one standard deviation) of each angle on the rows of the medoid's action."""

    mean_deg: Float[np.ndarray, "rows angles"] = column(np.float64)
    spread_deg: Float[np.ndarray, "rows angles"] = column(np.float64)
    clips: int

    def __attrs_post_init__(self) -> None:
        check_shape("spread_deg", self.spread_deg, self.mean_deg.shape)


@attrs.frozen(kw_only=True)
class StandardAction:
    """What a performance is compared with.

    `medoid` numbers the clip that is nearest to all others; `band` stands on the rows of its
    action (start to finish) and is None for a single clip. `name`, `group` and `technique` are those of a frozen
    standard, empty else.
    """

    clips: tuple[Performance, ...]
    medoid: int
    band: Band | None
    name: str = ""
    group: str = ""
    technique: str = ""

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.medoid < len(self.clips):
            raise ValueError(f"medoid {self.medoid} is not one of {len(self.clips)} clips")

    @property
    def reference(self) -> Performance:
        """The medoid clip."""
        return self.clips[self.medoid]


@attrs.frozen(kw_only=True)
class StandardView:
    """The coach's clips from one side.

    `azimuth_deg` is where the camera stands, seen from the athlete in right-handed form: 0 in the direction of the
    throw, 90 on the side of the throwing arm. None for joints in the room, which fit every side.
    """

    azimuth_deg: float | None
    action: StandardAction


@attrs.frozen(kw_only=True)
class Standard:
    """A coach's throw as it is frozen in a file: measured once, with everything that later evaluations need.

    Attributes
    ----------
    name, group, technique
        In the coach's words; empty where nothing was said. The group says whom the standard is for (age, sex).
    action
        `throw`, which throw where that is known, or `any`.
    views
        One for each side that it was filmed from, the one with most clips first.
    left_out
        Names of coach clips that did not fit the others and were dropped on request.
    blurred
        Whether the faces in its pictures are blurred.
    facts
        (name, version) of everything that has a part in the numbers.
    settings
        (name, value) of the settings that it was built with.
    techniques
        The coach's own table of techniques as text; empty where it was built without one.
    """

    name: str = ""
    group: str = ""
    technique: str = ""
    action: str = "throw"
    views: tuple[StandardView, ...]
    left_out: tuple[str, ...] = ()
    blurred: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    techniques: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.views:
            raise ValueError("a standard needs at least one view")

    @property
    def clips(self) -> tuple[Performance, ...]:
        """The coach's clips of all views."""
        return tuple(clip for view in self.views for clip in view.action.clips)

    def seen_from(self, azimuth_deg: float | None) -> StandardView:
        """Return the view whose azimuth is nearest; the first one where either has none."""
        with_azimuth = [view for view in self.views if view.azimuth_deg is not None]
        if azimuth_deg is None or not with_azimuth:
            return self.views[0]
        return min(with_azimuth, key=lambda view: away_deg(view.azimuth_deg or 0.0, azimuth_deg))

    def action_seen_from(self, azimuth_deg: float | None) -> StandardAction:
        """Return what a performance from this side is compared with, under the names of this standard."""
        action = self.seen_from(azimuth_deg).action
        return attrs.evolve(action, name=self.name, group=self.group, technique=self.technique)


def away_deg(first: float, second: float) -> float:
    """Return how far two directions lie apart, 0 to 180 degrees.

    Examples
    --------
    >>> away_deg(-170.0, 165.0)
    25.0
    """
    return abs((first - second + 180.0) % 360.0 - 180.0)
