"""The ball as a picture: a lit sphere with panels, computed ray by ray."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from handball.domain.camera import Camera
from handball.synthesis.hall import LightRig
from handball.synthesis.players import Color
from handball.synthesis.render_window import Region, Samples

Array = NDArray[np.float64]

BALL_SKINS: tuple[tuple[Color, Color], ...] = (
    ((30, 60, 150), (235, 235, 230)),
    ((220, 190, 40), (40, 40, 45)),
    ((190, 40, 45), (240, 240, 240)),
    ((30, 120, 90), (230, 225, 70)),
    ((200, 205, 210), (150, 60, 140)),
)
"""Panels and their stripes; the last ones are seams."""
_SEAM: Color = (25, 25, 28)
_SPIN_AXIS = np.array([0.3, 0.9, 0.31]) / np.linalg.norm([0.3, 0.9, 0.31])
_SPIN_RATE = 2.5
"""Turns a second; a thrown ball spins slowly."""


def _panels() -> Array:
    """Return the middles of the twelve panels: corners of an icosahedron."""
    golden = (1 + 5**0.5) / 2
    corners = [(0.0, a, b * golden) for a in (-1, 1) for b in (-1, 1)]
    ring = np.array([np.roll(corner, turn) for turn in range(3) for corner in corners])
    return np.asarray(ring / np.linalg.norm(ring[0]))


_PANELS = _panels()


def ball_region(camera: Camera, center: Array, radius: float) -> Region | None:
    """Return the part of the picture that a ball can touch, or None where it is outside."""
    depth = float(camera.in_camera(center)[2])
    if not depth > 2 * radius:
        return None
    u, v = camera.project(center)
    reach = max(camera.focal) * radius / (depth - radius) * 1.3 + 2
    left, top = max(0, int(u - reach)), max(0, int(v - reach))
    right, bottom = min(camera.image_size[0], int(u + reach) + 2), min(camera.image_size[1], int(v + reach) + 2)
    if right <= left or bottom <= top:
        return None
    return Region(left=left, top=top, width=right - left, height=bottom - top)


def draw_ball(
    camera: Camera, center: Array, radius: float, region: Region, *, skin: int, light: LightRig, time: float, fine: int
) -> Samples:
    """Draw a ball into a region, `fine` samples along each side of a pixel, with its distance along the view."""
    rows = region.top - 0.5 + (np.arange(region.height * fine) + 0.5) / fine
    columns = region.left - 0.5 + (np.arange(region.width * fine) + 0.5) / fine
    pixels = np.stack(np.meshgrid(columns, rows), axis=-1)
    rays = camera.rays(pixels)
    offset = camera.position - center
    along = rays @ offset
    inside = along**2 - (offset @ offset - radius**2)
    hit = inside > 0
    distance = -along - np.sqrt(np.where(hit, inside, 0.0))
    normals = (offset + distance[..., None] * rays) / radius
    depth = np.where(hit, distance * (rays @ camera.rotation[2]), np.inf)
    turn = Rotation.from_rotvec(_SPIN_AXIS * 2 * np.pi * _SPIN_RATE * time).as_matrix()
    colors = ball_colors(normals, skin=skin, turn=turn, light=light)
    return Samples(colors=np.where(hit[..., None], colors, 0.0).astype(np.uint8), depth=depth.astype(np.float32))


def ball_colors(normals: Array, *, skin: int, turn: Array, light: LightRig) -> Array:
    """Return the lit colors, 0 to 255, of points of a ball whose outward unit normals are given, shape (..., 3).

    `turn` (3, 3) takes the ball's own axes to those of the normals and of the light.
    """
    return lit(_painted(normals @ turn, skin), normals, light)


def lit(colors: Array, normals: Array, light: LightRig) -> Array:
    """Return how colors look on a matt surface with these outward unit normals, 0 to 255, shape (..., 3)."""
    key = np.array(light.direction) / np.linalg.norm(light.direction)
    strength = light.ambient + light.key * np.clip(normals @ key, 0, None) + light.fill
    return np.asarray(np.clip(colors * strength[..., None], 0, 255))


def _painted(own: Array, skin: int) -> Array:
    near = np.partition(own @ _PANELS.T, -2, axis=-1)
    base, stripe = BALL_SKINS[skin % len(BALL_SKINS)]
    colors = np.where((near[..., -1:] > 0.93), np.array(stripe, float), np.array(base, float))
    return np.asarray(np.where(near[..., -1:] - near[..., -2:-1] < 0.03, np.array(_SEAM, float), colors))
