"""Put both athletes on one stage: same body height, same floor line, throwing hand on the same side.

Stage units: one body height is `BODY_HEIGHT`, x to the right, y down, the floor at y = 0. In stage
joints `right_*` is always the throwing side, as in `Performance.body`.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.alignment import Alignment
from handball.domain.arrays import column
from handball.domain.performance import Performance
from handball.domain.pose import Pose3D
from handball.domain.skeleton import Side
from handball.reporting.html.gaps import filled, highest, middle_value, spread

BODY_HEIGHT = 1000.0
SLIMMEST = 0.8
"""Least width by height of the views around one moment."""
# Winter 2009, Biomechanics and Motor Control of Human Movement, fig. 4.1: shoulder at 0.818 and
# ankle at 0.039 of body height, trunk 0.288.
_TRUNK_AND_LEG_SHARE, _TRUNK_SHARE, _HIP_SHARE = 0.779, 0.288, 0.53
_FEET = tuple(f"{side}_{part}" for side in ("left", "right") for part in ("ankle", "heel", "big_toe"))
_SIZING = tuple(f"{side}_{part}" for side in ("left", "right") for part in ("shoulder", "elbow", "hip", "knee"))
_STILL_SPAN = 1.3 * BODY_HEIGHT
_FOLLOW_S = 0.4


@attrs.frozen(kw_only=True)
class Placement:
    """Where the crops stand on the stage: pixels times `scale`, x negated where `flipped`, `top` above the floor."""

    scale: float
    flipped: bool
    top: float
    width: int
    height: int

    @property
    def transform(self) -> str:
        """SVG transform from pixels of the crop to the stage."""
        sideways = -self.scale if self.flipped else self.scale
        return f"translate(0 {self.top:.1f}) scale({sideways:.5f} {self.scale:.5f})"

    @property
    def sides(self) -> tuple[float, float]:
        """Left and right end of the crop on the stage."""
        width = self.scale * self.width
        return (-width, 0.0) if self.flipped else (0.0, width)


@attrs.frozen(kw_only=True)
class Actor:
    """One athlete on the stage.

    `joints` on the rows of `Performance.body`; `centers` where the view looks at each row; `toward`
    is 1 where the throw goes to the right, -1 to the left, 0 where that is unclear.
    """

    joints: Float[np.ndarray, "rows joints 2"] = column(np.float64)
    centers: Float[np.ndarray, " rows"] = column(np.float64)
    placement: Placement | None
    toward: int


@attrs.frozen(kw_only=True)
class View:
    """A part of the stage, rounded: left end, top above the floor, width and height."""

    left: int
    top: int
    width: int
    height: int

    @property
    def box(self) -> str:
        """SVG view box."""
        return f"{self.left} {-self.top} {self.width} {self.height}"


@attrs.frozen(kw_only=True)
class Stage:
    """Both athletes and the window through which both are seen, in stage units."""

    reference: Actor
    performance: Actor
    width: float
    top: float
    bottom: float

    def close_up(self, reference_row: int, performance_row: int) -> tuple[View, View]:
        """Return equally large views around both athletes at one moment each."""
        shown = ((self.reference, reference_row), (self.performance, performance_row))
        joints = [actor.joints[row] for actor, row in shown]
        top = max(1150.0, *(highest(-points[:, 1], 100) + 160 for points in joints))
        bottom = max(70.0, *(highest(points[:, 1], 100) + 50 for points in joints))
        span = max(highest(points[:, 0], 100) + highest(-points[:, 0], 100) for points in joints)
        width = max(span + 240, SLIMMEST * (top + bottom))
        first, second = (_view(actor, row, width, top, bottom) for actor, row in shown)
        return first, second


def build_stage(
    reference: Performance, performance: Performance, alignment: Alignment, also: Sequence[tuple[int, int]] = ()
) -> Stage:
    """Place both throws; the view spans what both athletes reach along the path, and at pairs of rows beside it."""
    every = np.concatenate([alignment.path, np.array(also, dtype=np.int64).reshape(-1, 2)])
    spans = [slice(int(rows.min()), int(rows.max()) + 1) for rows in every.T]
    actors = [_placed(clip, reference.hand, span) for clip, span in zip((reference, performance), spans, strict=True)]
    parts = [(actor.joints[span], actor.centers[span]) for actor, span in zip(actors, spans, strict=True)]
    reach = max(highest(np.abs(joints[..., 0] - centers[:, None]), 99) for joints, centers in parts)
    top = float(np.clip(max(highest(-joints[..., 1], 100) for joints, _ in parts) + 110, 1150, 2000))
    bottom = float(np.clip(max(highest(joints[..., 1], 99) for joints, _ in parts) + 40, 70, 160))
    width = float(np.clip(2 * reach + 120, 0.78 * (top + bottom), 1.1 * (top + bottom)))
    first, second = (_inside(actor, width) for actor in actors)
    return Stage(reference=first, performance=second, width=width, top=top, bottom=bottom)


def _placed(clip: Performance, shown_hand: Side, span: slice) -> Actor:
    flat, flipped = _flat_joints(clip, shown_hand)
    scale = BODY_HEIGHT / _standing_size(clip, flat, span)
    floor = _floor(clip, flat, span, BODY_HEIGHT / scale)
    joints = np.stack([flat[..., 0] * scale, (flat[..., 1] - floor[:, None]) * scale], axis=-1)
    placement = None
    if clip.pictures is not None and clip.picture_pose is not None:
        size = {"width": clip.pictures.width, "height": clip.pictures.height}
        placement = Placement(scale=scale, flipped=flipped, top=-float(floor[0]) * scale, **size)
    return Actor(joints=joints, centers=_centers(clip, joints, span), placement=placement, toward=_toward(clip, joints))


def _flat_joints(clip: Performance, shown_hand: Side) -> tuple[NDArray[np.float64], bool]:
    """Joints as they are drawn, before scaling, throwing side in `right_*`, and whether x was negated."""
    pose = clip.picture_pose
    if pose is None:
        flat = clip.body.positions[..., [0, 2]] * np.array([1.0, -1.0])
        flipped = shown_hand == "left"
    else:
        order = pose.skeleton.mirror_order() if clip.hand == "left" else slice(None)
        points = pose.positions[:, order]
        points = points if clip.pictures is None else clip.pictures.to_crop(points)
        flat = np.full((len(clip.body.frames), *points.shape[1:]), np.nan)
        _, rows, found = np.intersect1d(clip.body.frames, pose.frames, return_indices=True)
        flat[rows] = points[found]
        flipped = clip.hand != shown_hand
    return (flat * np.array([-1.0, 1.0]) if flipped else flat), flipped


def _standing_size(clip: Performance, flat: NDArray[np.float64], span: slice) -> float:
    """Body height in the unit of the flat joints: bones in metres times the median scale of the picture."""
    height = body_height(clip.body)
    if clip.picture_pose is None:
        return height
    columns = clip.body.skeleton.indices(_SIZING)
    space = clip.body.positions[span][:, columns][..., [0, 2]]
    picture = flat[span][:, columns]
    both = ~(np.isnan(space) | np.isnan(picture))
    ratio = spread(np.where(both, picture, np.nan)) / spread(np.where(both, space, np.nan))
    return height * middle_value(ratio, 1.0)


def body_height(body: Pose3D) -> float:
    """Estimate the body height in metres from the trunk and, where they are there, the legs."""

    def bone(first: NDArray[np.float64], last: NDArray[np.float64]) -> float:
        return middle_value(np.linalg.norm(last - first, axis=-1), float("nan"))

    trunk = bone(body.middle("left_hip", "right_hip"), body.middle("left_shoulder", "right_shoulder"))
    legs = [
        bone(body.joint(f"{side}_hip"), body.joint(f"{side}_knee"))
        + bone(body.joint(f"{side}_knee"), body.joint(f"{side}_ankle"))
        for side in ("left", "right")
    ]
    leg = middle_value(np.array(legs), float("nan"))
    height = trunk / _TRUNK_SHARE if np.isnan(leg) else (trunk + leg) / _TRUNK_AND_LEG_SHARE
    return 1.0 if np.isnan(height) else height


def _floor(clip: Performance, flat: NDArray[np.float64], span: slice, size: float) -> NDArray[np.float64]:
    """Height of the floor on each row, in the unit of the flat joints (down is positive)."""
    feet = flat[:, clip.body.skeleton.indices(_FEET), 1]
    if np.isnan(feet[span]).all():
        hips = flat[:, clip.body.skeleton.indices(("left_hip", "right_hip")), 1]
        return np.full(len(flat), middle_value(hips[span], 0.0) + _HIP_SHARE * size)
    lowest = np.where(np.isnan(feet), -np.inf, feet).max(axis=1)
    lowest = filled(np.where(np.isinf(lowest), np.nan, lowest))
    hip_centred = clip.picture_pose is None and clip.body.origin == "pelvis"
    return lowest if hip_centred else np.full(len(flat), np.percentile(lowest[span], 90))


def _centers(clip: Performance, joints: NDArray[np.float64], span: slice) -> NDArray[np.float64]:
    """Where the view looks: still where the athlete stays in it, else after the hips."""
    across = joints[span][..., 0]
    low, high = -highest(-across, 100), highest(across, 100)
    if high - low <= _STILL_SPAN:
        return np.full(len(joints), (low + high) / 2)
    hips = joints[:, clip.body.skeleton.indices(("left_hip", "right_hip")), 0]
    track = filled(hips.mean(axis=1))
    half = max(1, round(_FOLLOW_S / 2 * clip.body.rate_hz))
    smooth: NDArray[np.float64] = np.convolve(
        np.pad(track, half, mode="edge"), np.full(2 * half + 1, 1 / (2 * half + 1)), mode="valid"
    )
    return smooth


def _view(actor: Actor, row: int, width: float, top: float, bottom: float) -> View:
    """Center the view on the joints at a row, and move it into the picture as far as no joint leaves it."""
    across = actor.joints[row][:, 0]
    low, high = -highest(-across, 100), highest(across, 100)
    left = (low + high - width) / 2
    if actor.placement is not None:
        start, end = actor.placement.sides
        room = (width - (high - low)) / 2 - 60
        inside = float(np.clip(left, start, max(start, end - width)))
        left = float(np.clip(inside, left - room, left + room))
    return View(left=round(left), top=round(top), width=round(width), height=round(top + bottom))


def _inside(actor: Actor, width: float) -> Actor:
    """Keep the view inside the pictures where they are wide enough."""
    if actor.placement is None:
        return actor
    left, right = actor.placement.sides
    if right - left < width:
        return actor
    return attrs.evolve(actor, centers=np.clip(actor.centers, left + width / 2, right - width / 2))


def _toward(clip: Performance, joints: NDArray[np.float64]) -> int:
    skeleton, marks = clip.body.skeleton, clip.key_actions
    hand = joints[:, skeleton.index("right_wrist"), 0]
    hips = joints[:, skeleton.indices(("left_hip", "right_hip")), 0].mean(axis=1)
    way = (hand - hips)[marks["strike"].row] - (hand - hips)[marks["cocking"].row]
    return int(np.sign(way)) if abs(way) > BODY_HEIGHT / 10 else 0
