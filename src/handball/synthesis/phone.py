"""What phones do to a recording: stalled and slowed frames, the hand that holds them, messengers, the wrong side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import cv2
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from handball.domain.arrays import check_rising, check_shape, column
from handball.domain.camera import Camera
from handball.synthesis.render import Renderer
from handball.synthesis.scene import BallTruth, Frame, PersonTruth, Scene
from handball.synthesis.skin import Skin

Array = NDArray[np.float64]

_TREMOR_HZ = (0.6, 1.3, 2.9, 6.1)
_TREMOR_SHARES = (1.0, 0.6, 0.3, 0.12)
"""Sway and tremor of an arm, slow parts the largest."""
_DARK_SLOWDOWN = 2.0
_DARK_JITTER = 0.04


@attrs.frozen(kw_only=True)
class PhoneReality:
    """Switches of what a phone does; all off by default.

    Attributes
    ----------
    repeats
        Share of frames that show the former picture once more.
    dark
        Whether the frame rate drops, unevenly, as phones do to gain light.
    shake_deg
        One standard deviation of the hand's movement about each axis.
    pan_deg_s
        How fast the phone follows to the right, degrees a second.
    messenger
        Whether the clip went through a messenger: smaller, and at a low bit rate.
    wrong_side
        Whether it stands on the side of the other hand.
    """

    repeats: float = 0.0
    dark: bool = False
    shake_deg: float = 0.0
    pan_deg_s: float = 0.0
    messenger: bool = False
    wrong_side: bool = False


@attrs.frozen(kw_only=True)
class Schedule:
    """When each frame of a recording was taken, and which moment it shows: earlier where a frame repeats."""

    stamps: Float[np.ndarray, " frames"] = column(np.float64)
    shown: Float[np.ndarray, " frames"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        check_rising("stamps", self.stamps)
        check_shape("shown", self.shown, self.stamps.shape)


@attrs.frozen(kw_only=True)
class Shown:
    """One frame of a recording: its time in the file, the camera at that moment, the picture and its truth."""

    stamp: float
    camera: Camera
    frame: Frame


def schedule(duration: float, rate_hz: float, reality: PhoneReality, seed: int = 0) -> Schedule:
    """Plan the frames of a recording of so many seconds."""
    draw = np.random.default_rng([seed, 11])
    count = int(duration * rate_hz) + 1
    steps = np.full(count, 1.0 / rate_hz)
    if reality.dark:
        # The rate falls by and by to half and recovers, as automatic exposure does.
        slow = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(count) / count + draw.random()))
        steps *= (1.0 + (_DARK_SLOWDOWN - 1.0) * slow) * (1.0 + draw.normal(0.0, _DARK_JITTER, count))
    stamps = np.concatenate([[0.0], np.cumsum(steps)])
    stamps = stamps[stamps <= duration + 1e-9]
    repeated = draw.random(len(stamps)) < reality.repeats
    repeated[0] = False
    source = np.maximum.accumulate(np.where(repeated, 0, np.arange(len(stamps))))
    return Schedule(stamps=stamps, shown=stamps[source])


def azimuth_of(azimuth_deg: float, reality: PhoneReality) -> float:
    """Return where the phone stands: on the other side where that is switched on."""
    return -azimuth_deg if reality.wrong_side else azimuth_deg


def held(camera: Camera, stamps: Sequence[float], reality: PhoneReality, seed: int = 0) -> tuple[Camera, ...]:
    """Return the camera at each time as a hand holds it: it turns about its centre."""
    times = np.asarray(stamps, float)
    draw = np.random.default_rng([seed, 12])
    shares = np.array(_TREMOR_SHARES) / np.linalg.norm(_TREMOR_SHARES) * np.sqrt(2)
    phases = draw.uniform(0, 2 * np.pi, (len(_TREMOR_HZ), 3))
    waves = np.sin(2 * np.pi * np.multiply.outer(times, _TREMOR_HZ)[..., None] + phases)
    angles = reality.shake_deg * (waves * shares[:, None]).sum(axis=1) * [1.0, 1.0, 0.5]
    # Pitch, yaw, roll in the camera's axes; turning right moves the world to the left.
    angles[:, 1] -= reality.pan_deg_s * (times - times.mean())
    turns = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
    return tuple(attrs.evolve(camera, rotation=turn @ camera.rotation) for turn in turns)


def _wider(camera: Camera, cameras: Sequence[Camera]) -> Camera:
    """Return the camera with enough picture around for all its turns."""
    width, height = camera.image_size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    seen = np.concatenate([_through(corners, each, camera) for each in cameras])
    low, high = np.floor(seen.min(axis=0)) - 2, np.ceil(seen.max(axis=0)) + 2
    left, top = np.maximum(-low, 0).astype(int)
    right, bottom = np.maximum(high - [width, height], 0).astype(int)
    return attrs.evolve(
        camera,
        image_size=(int(width + left + right), int(height + top + bottom)),
        principal=(camera.principal[0] + int(left), camera.principal[1] + int(top)),
    )


def _through(pixels: Array, source: Camera, target: Camera) -> Array:
    """Move pixels of one camera to another one in the same place."""
    return target.project(source.position + source.rays(pixels))


def _reframed(frame: Frame, wide: Camera, camera: Camera) -> Frame:
    """Cut the picture of a turned camera out of a wider one."""
    homography = camera.matrix @ camera.rotation @ wide.rotation.T @ np.linalg.inv(wide.matrix)
    picture = cv2.warpPerspective(frame.picture, homography, camera.image_size, flags=cv2.INTER_LINEAR)
    return _truth_moved(frame, np.asarray(picture, np.uint8), homography)


def _truth_moved(frame: Frame, picture: NDArray[np.uint8], homography: Array) -> Frame:
    size = np.array(picture.shape[1::-1])
    people = tuple(_person_moved(person, homography, size) for person in frame.people)
    center = _moved(frame.ball.center_px[None], homography)[0]
    edge = _moved((frame.ball.center_px + np.array([frame.ball.radius_px, 0.0]))[None], homography)[0]
    ball = BallTruth(
        center_px=center,
        radius_px=float(np.linalg.norm(edge - center)),
        visible=frame.ball.visible and bool(_inside(center[None], size)[0]),
    )
    return Frame(time=frame.time, picture=picture, people=people, ball=ball)


def _person_moved(person: PersonTruth, homography: Array, size: NDArray[np.int64]) -> PersonTruth:
    joints = _moved(person.joints_px, homography)
    left, top, right, bottom = person.box
    corners = _moved(np.array([[left, top], [right, top], [right, bottom], [left, bottom]]), homography)
    box = np.clip(np.concatenate([corners.min(axis=0), corners.max(axis=0)]), -0.5, np.tile(size, 2) - 0.5)
    empty = not (box[2:] > box[:2]).all()
    return PersonTruth(
        joints_px=joints,
        visible=person.visible & _inside(joints, size),
        box=np.full(4, np.nan) if empty else box,
    )


def _moved(pixels: Array, homography: Array) -> Array:
    moved = np.column_stack([pixels, np.ones(len(pixels))]) @ homography.T
    return np.asarray(moved[:, :2] / moved[:, 2:])


def _inside(pixels: Array, size: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(((pixels >= -0.5) & (pixels < size - 0.5)).all(axis=1))


def resized(frame: Frame, size: tuple[int, int]) -> Frame:
    """Return a frame in another size (width, height) with its truth; pixel centres stay whole numbers."""
    height, width = frame.picture.shape[:2]
    across, down = size[0] / width, size[1] / height
    scale = np.array([[across, 0.0, (across - 1) / 2], [0.0, down, (down - 1) / 2], [0.0, 0.0, 1.0]])
    picture = cv2.resize(frame.picture, size, interpolation=cv2.INTER_AREA)
    return _truth_moved(frame, np.asarray(picture, np.uint8), scale)


def filmed(
    scene: Scene,
    rate_hz: float,
    reality: PhoneReality,
    *,
    seed: int = 0,
    skins: Mapping[str, Skin] | None = None,
) -> Iterator[Shown]:
    """Film a scene with a phone, from the first to the last time of the athlete's motion.

    `skins` are those of players that are there already, by name.

    Raises
    ------
    MissingExtraError
        Where the extra `synth` is not installed.
    ValueError
        For a moving camera whose lens distorts.
    """
    times = scene.performers[0].times
    plan = schedule(float(times[-1] - times[0]), rate_hz, reality, seed)
    cameras = held(scene.camera, plan.stamps.tolist(), reality, seed)
    moving = reality.shake_deg > 0 or reality.pan_deg_s != 0
    if moving and any(scene.camera.distortion):
        raise ValueError("a camera that moves must be without distortion; set its distortion to zeros")
    wide = _wider(scene.camera, cameras) if moving else scene.camera
    renderer = Renderer(attrs.evolve(scene, camera=wide), skins)
    last: Shown | None = None
    for stamp, shown, camera in zip(plan.stamps, plan.shown, cameras, strict=True):
        if last is None or shown == stamp:
            frame = renderer.frame(float(times[0] + shown))
            last = Shown(stamp=stamp, camera=camera, frame=_reframed(frame, wide, camera) if moving else frame)
        yield attrs.evolve(last, stamp=float(stamp))
    renderer.close()
