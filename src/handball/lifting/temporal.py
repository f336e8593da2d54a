"""Joints in space from a stretch of pictures: a temporal convolution net.

After Pavllo et al., "3D human pose estimation in video with temporal convolutions and semi-supervised training",
CVPR 2019: convolutions over time with residual blocks. One picture leaves open whether a forearm points toward the
camera or away from it; its way before and after does not.
"""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.errors import ModelError
from handball.inference.onnx_session import OnnxSession
from handball.lifting.error_bars import way_of_lifting
from handball.lifting.features import JOINTS, RATE_HZ, hips, picture_features, torso

TORSO_M = 0.5
"""The net measures in torso lengths; one camera cannot tell a child nearby from an adult further off."""
_MIRROR_SEEN, _MIRROR_3D = np.array([-1.0, 1.0, 1.0, 1.0]), np.array([-1.0, 1.0, 1.0])
_ORDER = BODY_23.mirror_order()
_LAPLACE = np.sqrt(2.0)
"""Standard deviation of a Laplace distribution of scale 1."""
_FEWEST_ROWS = 2

Array = NDArray[np.float64]


@attrs.frozen
class TemporalLifter:
    """A `Lifter` of 23 joints that looks at the frames around each frame as well.

    Every clip is brought to 60 pictures a second (a faster one is split into interleaved clips of that rate), so the
    result does not depend on the frame rate; beyond its ends the first and the last frame are held.
    """

    session: OnnxSession

    def __call__(self, flat: Pose2D, deep: Pose3D) -> Pose3D:
        """Lift joints.

        Parameters
        ----------
        flat
            Joints in the pictures as estimated.
        deep
            The same rows in space as the pose net guesses them; says which joints are missing, and how long the torso
            is in metres.

        Returns
        -------
        Pose3D
            On the same rows, around the middle of the hips. A joint that `deep` lacks is missing here as well. `deep`
            as it is where the clip has under 45 pictures a second, which the net has not learned.

        Raises
        ------
        ModelError
            When the net is not made for these joints.
        """
        seen = int(np.isfinite(torso(flat.positions)[..., 0]).sum())
        if seen < _FEWEST_ROWS or way_of_lifting("temporal", flat) != "temporal":
            return deep
        unit = _torso_m(deep)
        depths = (deep.positions[..., 1] - hips(deep.positions)[..., None, 1]) / unit
        places = flat.positions * np.array([1.0, -1.0])
        joints = np.concatenate([places, flat.scores[..., None], depths[..., None]], axis=-1)
        phases = max(1, round(flat.peak_rate_hz / RATE_HZ))
        direct = self._lifted(flat.times, joints, phases)
        mirror = self._lifted(flat.times, (joints * _MIRROR_SEEN)[:, _ORDER], phases)[:, _ORDER]
        mean = (direct[..., :3] + mirror[..., :3] * _MIRROR_3D) / 2
        scale = np.exp((direct[..., 3:] + mirror[..., 3:]) / 2)
        missing = np.isnan(deep.positions)
        return attrs.evolve(
            deep,
            positions=np.where(missing, np.nan, mean * unit),
            sigma=np.where(missing, deep.sigma, _LAPLACE * scale * unit),
        )

    def _lifted(self, times: Array, joints: Array, phases: int) -> Array:
        """Return positions and log scales in torso lengths, shape (frames, 23, 6).

        `joints` are places, score and depth, shape (frames, 23, 4); the clip is split into so many of 60 Hz.
        """
        grid = np.arange(times[0], times[-1] + 1e-9, 1 / (RATE_HZ * phases))
        even = _on_grid(grid, times, joints)
        result = np.empty((len(grid), JOINTS, 6))
        for phase in range(min(phases, len(grid))):
            own = even[phase::phases]
            result[phase::phases] = self._run(picture_features(own[..., :2], own[..., 2], own[..., 3]))
        return _on_grid(times, grid, result)

    def _run(self, features: Float[np.ndarray, "frames 95"]) -> Array:
        frames = len(features)
        reach = int(self.session.metadata.get("receptive_field", 0)) - 1
        if reach < 0:
            raise ModelError("the lifting net does not say its receptive field: install handball anew")
        after = int(self.session.metadata.get("after", reach // 2))
        padded = np.pad(features, ((reach - after, after), (0, 0)), mode="edge").T[None]
        found = self.session.run(np.ascontiguousarray(padded))[0]
        if found.shape != (6 * JOINTS, frames):
            raise ModelError(f"the lifting net gives {found.shape}, expected {(6 * JOINTS, frames)}")
        return np.moveaxis(found.reshape(JOINTS, 6, frames).astype(np.float64), 2, 0)


def _torso_m(deep: Pose3D) -> float:
    length = np.linalg.norm(torso(deep.positions), axis=-1)
    seen = length[np.isfinite(length)]
    return float(np.median(seen)) if seen.size else TORSO_M


def _on_grid(grid: Array, times: Array, values: Array) -> Array:
    """Interpolate each joint between the rows where it is seen, held beyond; NaN if it never is.

    Shape (grid, joints, columns).
    """
    result = np.full((len(grid), *values.shape[1:]), np.nan)
    for joint in range(values.shape[1]):
        seen = np.isfinite(values[:, joint]).all(axis=1)
        if seen.any():
            for column in range(values.shape[2]):
                result[:, joint, column] = np.interp(grid, times[seen], values[seen, joint, column])
    return result
