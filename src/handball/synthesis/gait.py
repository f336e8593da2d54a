"""Feet that follow a way: contacts in time become places under the path of the hips."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from handball.synthesis.footwork import Carried, Footwork, Stand
from handball.synthesis.moves import Path
from handball.synthesis.rig import SEGMENTS, RestBody

INFINITE = float("inf")


@attrs.frozen(kw_only=True)
class Contact:
    """One foot on the ground from `down` to `up`; `ahead` and `aside` (to the right) shift it from under the hips.

    `place` puts the foot at a place of the lane, whatever the path.
    """

    side: str
    down: float
    up: float
    ahead: float = 0.0
    aside: float = 0.0
    yaw_deg: float = 0.0
    heel_rise_deg: float = 40.0
    roll: float = 0.14
    lift: float = 0.12
    place: tuple[float, float] | None = None


def ball_under_hip(rest: RestBody, side: str) -> tuple[float, float]:
    """Return where the ball of a foot stands in the rest pose, right and forward of the hips, metres."""
    place = rest.origins[SEGMENTS.index(f"{side}_toes")]
    return float(place[0]), float(place[1])


def footwork(
    rest: RestBody,
    ways: tuple[Path, Path],
    contacts: Sequence[Contact],
    carried: dict[str, tuple[Carried, ...]] | None = None,
) -> dict[str, Footwork]:
    """Return the work of both feet; each must have a contact at the beginning and at the end.

    `ways` are those of the hips to the right and forward. The first contact of a foot has stood for ever,
    the last one stays.
    """
    carried = carried or {}
    feet = {}
    for side in ("left", "right"):
        own = [contact for contact in contacts if contact.side == side]
        stands = [_stand(rest, ways, contact) for contact in own]
        stands[0] = attrs.evolve(stands[0], down=-INFINITE)
        stands[-1] = attrs.evolve(stands[-1], up=INFINITE)
        feet[side] = Footwork(stands=tuple(stands), carried=carried.get(side, ()))
    return feet


def _stand(rest: RestBody, ways: tuple[Path, Path], contact: Contact) -> Stand:
    right, forward = ball_under_hip(rest, contact.side)
    middle = (contact.down + contact.up) / 2
    place = contact.place or (
        float(ways[0](np.array(middle))) + right + contact.aside,
        float(ways[1](np.array(middle))) + forward + contact.ahead,
    )
    return Stand(
        down=contact.down,
        up=contact.up,
        place=place,
        yaw_deg=contact.yaw_deg,
        heel_rise_deg=contact.heel_rise_deg,
        roll=contact.roll,
        lift=contact.lift,
    )
