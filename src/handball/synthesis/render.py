"""Scenes to pictures with exact truth.

The hall stands still, so it is drawn once, finely; for each picture only the people are drawn, into the
part of the picture that they fill, and laid over the hall by distance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast as typed

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.synthesis.hall import LIGHTS, floor_picture, furniture
from handball.synthesis.motion import Motion
from handball.synthesis.players import Player
from handball.synthesis.render_ball import ball_region, draw_ball
from handball.synthesis.render_shadow import cast
from handball.synthesis.render_truth import Layers, ball_truth, person_truth
from handball.synthesis.render_window import MovingMesh, Region, Samples, Window, floor_actor, still
from handball.synthesis.rig import joint_positions
from handball.synthesis.scene import Frame, Posture, Scene, posture_at
from handball.synthesis.skin import Skin, Surface

Array = NDArray[np.float64]

FINE = 2
"""Samples along each side of a pixel."""
_MOST_SHUTTER_STEPS = 5
_STEP_PX = 4.0
_BODY_REACH = 0.22
"""Metres that a body can stand out from its joints: crown, fingertips, soles."""
_PADDING = 0.2


class Renderer:
    """Draws one scene, frame by frame.

    Raises
    ------
    MissingExtraError
        Where the extra `synth` is not installed.
    """

    def __init__(self, scene: Scene, skins: Mapping[str, Skin] | None = None) -> None:
        self.scene = scene
        self._light = LIGHTS[scene.hall.lighting]
        self._lens = _straight_lens(scene.camera)
        self._skins = [_skin(motion.player, skins or {}) for motion in scene.performers]
        self._draw = np.random.default_rng([scene.seed, 7])
        self._noise = self._draw.normal(0.0, self._light.noise, (1 << 20) + (1 << 16)).astype(np.float32)
        self._hall, self._hall_depth, self._floor = self._draw_hall()
        self._size = _largest_region(self._lens, scene.performers)
        self._window = Window(self._size[0] * FINE, self._size[1] * FINE, self._light)
        self._meshes = [MovingMesh(skin.faces, skin.colors) for skin in self._skins]
        for mesh in self._meshes:
            self._window.add(mesh.actor)

    def close(self) -> None:
        """Give back what the graphics hold."""
        self._window.close()

    def frames(self, times: Sequence[float] | None = None) -> Iterator[Frame]:
        """Draw the scene at the times of the athlete's motion, or at others, in order."""
        for time in self.scene.performers[0].times if times is None else times:
            yield self.frame(float(time))

    def frame(self, time: float) -> Frame:
        """Draw the scene at one time, in seconds of the athlete's motion."""
        postures = [posture_at(motion, time) for motion in self.scene.performers]
        joints = [_joints(motion, posture) for motion, posture in zip(self.scene.performers, postures, strict=True)]
        picture = self._hall.copy()
        if self.scene.shadows:
            for each in joints:
                cast(picture, self._floor, self._lens, each, self._light)
        region = _region(self._lens, joints, self._size)
        steps = self._shutter_steps(time, joints)
        middle, surfaces = self._people(picture, region, steps)
        ball = self._balls(picture, region, middle, steps)
        layers = Layers(fine=FINE, hall=self._hall_depth, people=middle.depth, region=region, ball=ball)
        people = tuple(
            person_truth(self.scene.camera, self._lens, each, surface, layers, motion.player.height)
            for each, surface, motion in zip(joints, surfaces, self.scene.performers, strict=True)
        )
        radius = self.scene.performers[0].ball.diameter / 2
        truth = ball_truth(self.scene.camera, self._lens, postures[0].ball, radius, layers)
        return Frame(time=time, picture=self._developed(picture), people=people, ball=truth)

    def _draw_hall(self) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return the empty hall as a picture, its fine distances, and which share of each pixel is floor."""
        width, height = self._lens.image_size
        window = Window(width * FINE, height * FINE, self._light)
        window.add(floor_actor(floor_picture(self.scene.hall)))
        window.add(still(furniture(self.scene.hall)))
        seen = window.grab(self._lens, Region(left=0, top=0, width=width, height=height))
        window.close()
        small = cv2.resize(seen.colors.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
        pixels = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(float)
        rays = self._lens.rays(pixels)
        middle = seen.depth[::FINE, ::FINE]
        reach = np.where(np.isfinite(middle), middle, 0.0) / (rays @ self._lens.rotation[2])
        floor = np.abs(self._lens.position[2] + reach * rays[..., 2]) < 0.03
        return np.asarray(small, np.float32), seen.depth, floor.astype(np.float32)

    def _shutter_steps(self, time: float, joints: list[Array]) -> list[float]:
        """Return the moments within the exposure that make up the picture, the middle one first."""
        if not self.scene.motion_blur:
            return [time]
        exposure = self._light.exposure
        fastest = 0.0
        for motion, now in zip(self.scene.performers, joints, strict=True):
            later = _joints(motion, posture_at(motion, time + exposure / 2))
            moved = self._lens.project(later) - self._lens.project(now)
            fastest = max(fastest, float(np.nanmax(np.abs(moved), initial=0.0)) * 2)
        count = int(np.clip(np.ceil(fastest / _STEP_PX), 1, _MOST_SHUTTER_STEPS))
        offsets = (np.arange(count) + 0.5) / count - 0.5
        return [time + float(offset) * exposure for offset in sorted(offsets, key=abs)]

    def _people(
        self, picture: NDArray[np.float32], region: Region, steps: list[float]
    ) -> tuple[Samples, list[Surface]]:
        """Lay the people over the picture; return the samples and surfaces of the first moment."""
        hall = self._hall_depth[_fine_slices(region)]
        light = np.zeros((region.height, region.width, 4), np.float32)
        first: tuple[Samples, list[Surface]] | None = None
        for time in steps:
            surfaces = [self._posed(number, time) for number in range(len(self._meshes))]
            samples = self._window.grab(self._lens, region)
            light += _averaged(samples, samples.depth < hall)
            first = first or (samples, surfaces)
        _lay_over(picture, region, light / np.float32(len(steps)))
        return typed("tuple[Samples, list[Surface]]", first)

    def _posed(self, number: int, time: float) -> Surface:
        posture = posture_at(self.scene.performers[number], time)
        skin = self._skins[number]
        surface = skin.surface(skin.bone_transforms(posture.root, posture.rotations)[0])
        self._meshes[number].move(surface.vertices, surface.normals)
        return surface

    def _balls(
        self, picture: NDArray[np.float32], people: Region, samples: Samples, steps: list[float]
    ) -> tuple[Region, NDArray[np.float32]] | None:
        """Lay the athlete's ball over the picture; return where it was drawn and its fine distances."""
        motion = self.scene.performers[0]
        centers = [posture_at(motion, time).ball for time in self._ball_steps(motion, steps)]
        radius = motion.ball.diameter / 2
        regions = [ball_region(self._lens, center, radius) for center in centers if np.isfinite(center).all()]
        found = [region for region in regions if region is not None]
        if not found:
            return None
        region = _around_all(found)
        behind = self._hall_depth[_fine_slices(region)].copy()
        _paste_nearer(behind, region, samples.depth, people)
        light = np.zeros((region.height, region.width, 4), np.float32)
        depths = []
        for center in centers:
            drawn = draw_ball(
                self._lens, center, radius, region,
                skin=self.scene.ball_skin, light=self._light, time=steps[0], fine=FINE,
            )  # fmt: skip
            light += _averaged(drawn, drawn.depth < behind)
            depths.append(drawn.depth)
        _lay_over(picture, region, light / np.float32(len(centers)))
        return region, depths[0]

    def _ball_steps(self, motion: Motion, steps: list[float]) -> list[float]:
        """Return the moments of the ball: in flight it may be faster than any joint."""
        if not self.scene.motion_blur:
            return steps
        middle, exposure = steps[0] if len(steps) % 2 else sum(steps[:2]) / 2, self._light.exposure
        ends = [posture_at(motion, middle + sign * exposure / 2).ball for sign in (-1, 1)]
        if not np.isfinite(ends).all():
            return [middle]
        moved = self._lens.project(ends[1]) - self._lens.project(ends[0])
        length = float(np.nan_to_num(np.abs(moved).max()))
        count = int(np.clip(np.ceil(length / 2.0), 1, 12)) | 1
        offsets = (np.arange(count) + 0.5) / count - 0.5
        return [middle + float(offset) * exposure for offset in sorted(offsets, key=abs)]

    def _developed(self, picture: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Turn light into the camera's picture: its lens, its noise, eight bits."""
        if self._lens is not self.scene.camera:
            picture = _bent(picture, self.scene.camera, self._lens)
        picture = picture * np.array(self._light.tint, np.float32)
        if self.scene.noise:
            start = int(self._draw.integers(0, 1 << 16))
            picture = picture + np.resize(self._noise[start : start + (1 << 20)], picture.shape)
        return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _skin(player: Player, known: Mapping[str, Skin]) -> Skin:
    return known[player.name] if player.name in known else Skin(player)


def _straight_lens(camera: Camera) -> Camera:
    """Return the camera without distortion, with room around for what its lens bends into the picture."""
    if not any(camera.distortion):
        return camera
    width, height = camera.image_size
    across, down = int(_PADDING * width), int(_PADDING * height)
    return attrs.evolve(
        camera,
        distortion=(0.0,) * 5,
        image_size=(width + 2 * across, height + 2 * down),
        principal=(camera.principal[0] + across, camera.principal[1] + down),
    )


def _bent(picture: NDArray[np.float32], camera: Camera, lens: Camera) -> NDArray[np.float32]:
    width, height = camera.image_size
    pixels = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(float)
    source = (camera.undistorted(pixels) * lens.focal + lens.principal).astype(np.float32)
    columns, rows = np.ascontiguousarray(source[..., 0]), np.ascontiguousarray(source[..., 1])
    return np.asarray(cv2.remap(picture, columns, rows, cv2.INTER_LINEAR), np.float32)


def _joints(motion: Motion, posture: Posture) -> Array:
    joints: Array = joint_positions(motion.player.body, posture.root, posture.rotations)[0]
    return joints


def _reach_px(camera: Camera, joints: Array) -> tuple[Array, Array]:
    """Return the corners of a box of pixels around a body, inside the picture."""
    depth = camera.in_camera(joints)[:, 2]
    size = np.array(camera.image_size)
    if (depth < 0.5).any():
        return np.zeros(2), size.astype(float)
    reach = (np.array(camera.focal) * _BODY_REACH / depth[:, None]) + 2
    pixels = camera.project(joints)
    low, high = (pixels - reach).min(axis=0), (pixels + reach).max(axis=0)
    return np.clip(low, 0, size), np.clip(high, 0, size)


def _largest_region(camera: Camera, performers: Sequence[Motion]) -> tuple[int, int]:
    """Return the size of picture that holds everybody at any time, in pixels."""
    most = np.array([16.0, 16.0])
    athlete = performers[0]
    for time in athlete.times:
        corners = [_reach_px(camera, _joints(motion, posture_at(motion, float(time)))) for motion in performers]
        low = np.min([corner[0] for corner in corners], axis=0)
        high = np.max([corner[1] for corner in corners], axis=0)
        most = np.maximum(most, high - low + 2)
    width, height = np.minimum(np.ceil(most / 8) * 8, camera.image_size).astype(int)
    return int(width), int(height)


def _region(camera: Camera, joints: list[Array], size: tuple[int, int]) -> Region:
    corners = [_reach_px(camera, each) for each in joints]
    middle = (np.min([low for low, _ in corners], axis=0) + np.max([high for _, high in corners], axis=0)) / 2
    place = np.clip(np.floor(middle - np.array(size) / 2), 0, np.array(camera.image_size) - size).astype(int)
    return Region(left=int(place[0]), top=int(place[1]), width=size[0], height=size[1])


def _fine_slices(region: Region) -> tuple[slice, slice]:
    rows, columns = region.slices
    return slice(rows.start * FINE, rows.stop * FINE), slice(columns.start * FINE, columns.stop * FINE)


def _around_all(regions: list[Region]) -> Region:
    left, top = min(region.left for region in regions), min(region.top for region in regions)
    right = max(region.left + region.width for region in regions)
    bottom = max(region.top + region.height for region in regions)
    return Region(left=left, top=top, width=right - left, height=bottom - top)


def _paste_nearer(depth: NDArray[np.float32], region: Region, other: NDArray[np.float32], where: Region) -> None:
    """Lower the distances of a region to those of another one where the two overlap, both finely sampled."""
    left, top = max(region.left, where.left), max(region.top, where.top)
    right = min(region.left + region.width, where.left + where.width)
    bottom = min(region.top + region.height, where.top + where.height)
    if right <= left or bottom <= top:
        return
    both = Region(left=0, top=0, width=right - left, height=bottom - top)
    own = _fine_slices(attrs.evolve(both, left=left - region.left, top=top - region.top))
    its = _fine_slices(attrs.evolve(both, left=left - where.left, top=top - where.top))
    np.minimum(depth[own], other[its], out=depth[own])


def _averaged(samples: Samples, shown: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Average samples to pixels: colour times coverage, and coverage."""
    rows, columns = shown.shape
    small = (columns // FINE, rows // FINE)
    colors = samples.colors
    if (np.isfinite(samples.depth) & ~shown).any():
        colors = colors * shown[..., None]
    light = np.empty((small[1], small[0], 4), np.float32)
    light[..., :3] = cv2.resize(np.ascontiguousarray(colors), small, interpolation=cv2.INTER_AREA)
    light[..., 3] = cv2.resize(shown.astype(np.uint8) * 255, small, interpolation=cv2.INTER_AREA)
    return light


def _lay_over(picture: NDArray[np.float32], region: Region, light: NDArray[np.float32]) -> None:
    rows, columns = region.slices
    below = picture[rows, columns]
    below *= 1.0 - light[..., 3:] * np.float32(1 / 255)
    below += light[..., :3]
