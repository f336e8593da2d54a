"""What lamps and camera do to a crop: tint, falling-off light, exposure, lens, noise, JPEG."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.synthesis.hall import LightRig

_WHITE = 255.0


@attrs.frozen(kw_only=True)
class Exposure:
    """How a camera answers.

    Attributes
    ----------
    gains
        Of red, green and blue.
    gamma
        Exponent of brightness.
    slopes
        By which share the light changes over the crop, to the right and down.
    softness
        One standard deviation of the lens's blur, as a share of the height.
    noise
        One standard deviation, in steps of 8 bits.
    quality
        Of JPEG; none is not compressed.
    seed
        Of the noise.
    """

    gains: tuple[float, float, float]
    gamma: float
    slopes: tuple[float, float]
    softness: float
    noise: float
    quality: int | None
    seed: int


def toward_camera(light: LightRig, yaw: float) -> LightRig:
    """Return lamps with their direction in the axes of a level camera: x right, y down, z ahead.

    Parameters
    ----------
    light
        Its direction in the hall, z up.
    yaw
        How the camera is turned about the vertical, radians.
    """
    x, y, z = light.direction
    across, ahead = np.cos(yaw) * x + np.sin(yaw) * y, np.cos(yaw) * y - np.sin(yaw) * x
    return attrs.evolve(light, direction=(float(across), -z, float(ahead)))


def drawn_exposure(light: LightRig, rng: np.random.Generator) -> Exposure:
    """Draw how a camera shows a scene under these lamps; the more one of them dominates, the faster light falls off."""
    gain, balance = rng.uniform(0.85, 1.15), rng.normal(1.0, 0.03, 3)
    gains = gain * balance * light.tint
    slope = light.key * rng.uniform(0.1, 0.7)
    quality = int(rng.integers(35, 96)) if rng.random() < 0.7 else None
    return Exposure(
        gains=(float(gains[0]), float(gains[1]), float(gains[2])),
        gamma=float(rng.uniform(0.85, 1.2)),
        slopes=(slope * np.sign(light.direction[0]), 0.3 * slope * rng.choice([-1, 1])),
        softness=float(rng.uniform(0.0, 0.012)),
        noise=light.noise * float(rng.uniform(0.5, 1.5)),
        quality=quality,
        seed=int(rng.integers(2**32)),
    )


def exposed(pixels: NDArray[np.uint8], exposure: Exposure) -> NDArray[np.uint8]:
    """Return RGB pixels as the camera shows them, of the same shape."""
    rows, columns = pixels.shape[:2]
    across, down = (np.arange(columns) + 0.5) / columns - 0.5, (np.arange(rows) + 0.5) / rows - 0.5
    falling = 1 + exposure.slopes[0] * across + exposure.slopes[1] * down[:, None]
    steps = np.arange(_WHITE + 1) / _WHITE
    answered = cv2.LUT(pixels, (_WHITE * steps**exposure.gamma).astype(np.float32))
    values = answered * falling[..., None].astype(np.float32) * np.array(exposure.gains, np.float32)
    if exposure.softness * rows > 0.2:
        values = np.asarray(cv2.GaussianBlur(values, (0, 0), exposure.softness * rows))
    noise = np.random.default_rng(exposure.seed).standard_normal(values.shape, np.float32)
    shown = np.clip(values + exposure.noise * noise, 0, _WHITE).astype(np.uint8)
    return shown if exposure.quality is None else _compressed(shown, exposure.quality)


def _compressed(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    _, coded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    if decoded is None:
        raise RuntimeError("OpenCV cannot read back the JPEG that it wrote")
    return np.ascontiguousarray(decoded[..., ::-1])
