"""What is true of a picture: where joints fall and whether they are seen, boxes, the ball."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.domain.skeleton import BODY_23
from handball.synthesis.render_window import Region
from handball.synthesis.scene import BallTruth, PersonTruth
from handball.synthesis.skin import Surface

Array = NDArray[np.float64]

_COVER = {"shoulder": 0.080, "hip": 0.105, "elbow": 0.050, "knee": 0.065, "wrist": 0.040, "ankle": 0.085}
_OTHER_COVER = 0.035
COVER = np.array([_COVER.get(joint.partition("_")[2], _OTHER_COVER) for joint in BODY_23.joints])
"""How deep below the skin each joint lies, as a share of 1.8 m of body height (metres for that body).

A joint counts as seen where nothing stands nearer to the camera than its own flesh.
"""
_REFERENCE_HEIGHT = 1.8


@attrs.frozen(kw_only=True)
class Layers:
    """Fine distances along the view of what a picture shows: the hall, the people, the ball where there is one."""

    fine: int
    hall: NDArray[np.float32]
    people: NDArray[np.float32]
    region: Region
    ball: tuple[Region, NDArray[np.float32]] | None

    def nearest(self, pixels: Array) -> Array:
        """Return the distance of what is seen at pixels inside the picture, metres, shape (points,)."""
        found = _sampled(self.hall, Region(left=0, top=0, width=0, height=0), pixels, self.fine)
        found = np.minimum(found, _sampled(self.people, self.region, pixels, self.fine))
        if self.ball is not None:
            found = np.minimum(found, _sampled(self.ball[1], self.ball[0], pixels, self.fine))
        return found


def _sampled(depth: NDArray[np.float32], region: Region, pixels: Array, fine: int) -> Array:
    cells = np.floor((pixels + 0.5 - [region.left, region.top]) * fine)
    rows, columns = np.nan_to_num(cells[:, 1], nan=-1).astype(int), np.nan_to_num(cells[:, 0], nan=-1).astype(int)
    inside = (rows >= 0) & (columns >= 0) & (rows < depth.shape[0]) & (columns < depth.shape[1])
    found = np.full(len(pixels), np.inf)
    found[inside] = depth[rows[inside], columns[inside]]
    return found


def _in_picture(pixels: Array, camera: Camera) -> NDArray[np.bool_]:
    width, height = camera.image_size
    x, y = np.nan_to_num(pixels, nan=-1e6).T
    return np.asarray((x >= -0.5) & (y >= -0.5) & (x < width - 0.5) & (y < height - 0.5))


def person_truth(
    camera: Camera, lens: Camera, joints: Array, surface: Surface, layers: Layers, height: float
) -> PersonTruth:
    """Return the truth of one person; `lens` is the camera that `layers` were drawn by."""
    pixels = camera.project(joints)
    distance = lens.in_camera(joints)[:, 2]
    free = layers.nearest(lens.project(joints)) > distance - COVER * height / _REFERENCE_HEIGHT
    return PersonTruth(joints_px=pixels, visible=free & _in_picture(pixels, camera), box=_box(camera, surface.vertices))


def _box(camera: Camera, vertices: NDArray[np.float32]) -> Array:
    """Return the box of what is inside the picture, in edges of pixels; NaN where nothing is."""
    pixels = camera.project(vertices.astype(np.float64))
    size = np.array(camera.image_size) - 0.5
    low, high = np.nanmin(pixels, axis=0), np.nanmax(pixels, axis=0)
    low, high = np.clip(low, -0.5, size), np.clip(high, -0.5, size)
    if not (high > low).all():
        return np.full(4, np.nan)
    return np.concatenate([low, high])


def ball_truth(camera: Camera, lens: Camera, center: Array, radius: float, layers: Layers) -> BallTruth:
    """Return the truth of the ball: seen where its middle is not covered."""
    seen = lens.in_camera(center)
    if not (np.isfinite(center).all() and seen[2] > radius):
        return BallTruth(center_px=np.full(2, np.nan), radius_px=float("nan"), visible=False)
    pixel = camera.project(center)
    covered = layers.nearest(lens.project(center)[None])[0] < seen[2] - 1.05 * radius
    inside = bool(_in_picture(pixel[None], camera)[0])
    radius_px = float(np.mean(camera.focal)) * radius / float(seen[2])
    return BallTruth(center_px=pixel, radius_px=radius_px, visible=inside and not bool(covered))
