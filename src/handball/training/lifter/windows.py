"""Fixed windows of motions for the studies of lifting nets."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor, nn

from handball.domain.arrays import column
from handball.lifting.features import JOINTS, picture_features
from handball.training.lifter.motions import Motions
from handball.training.lifter.noise import estimated, guessed_depths
from handball.training.lifter.views import seen


@attrs.frozen(kw_only=True)
class Windows:
    """Features of a pose net, and the true joints in metres around the hips.

    The features are `margin` frames longer on either side; `torsos` is the torso length of each window in metres.
    """

    features: Float[np.ndarray, "windows 95 frames_and_margin"] = column(np.float32)
    joints: Float[np.ndarray, "windows frames 23 3"] = column(np.float64)
    torsos: Float[np.ndarray, " windows"] = column(np.float64)
    margin: int

    def shown(self, before: int, after: int) -> Tensor:
        """Return the features with so many frames before and after the true joints."""
        frames = self.features.shape[2]
        return as_tensor(self.features[:, :, self.margin - before : frames - self.margin + after])


def draw_windows(
    motions: Motions, numbers: Int[np.ndarray, " windows"], *, frames: int, margin: int, seed: Sequence[int]
) -> Windows:
    """Cut a window out of each of these motions and see it as a pose net would; the same ones for the same seed."""
    rng = np.random.default_rng(list(seed))
    places, body = seen(motions.windows(numbers, frames + 2 * margin, rng), rng)
    torsos = motions.torsos()[numbers]
    depths = guessed_depths(body[..., 1] / torsos[:, None, None], rng)
    features = picture_features(*estimated(places, rng), depths)
    joints = body[:, margin : margin + frames]
    return Windows(features=features.transpose(0, 2, 1), joints=joints, torsos=torsos, margin=margin)


def joints_of(net_output: Tensor, torsos: Tensor) -> Tensor:
    """Return joints in metres, shape (windows, frames, 23, 3), of what a net gives in torso lengths."""
    shaped = net_output.reshape(len(net_output), JOINTS, 3, -1).permute(0, 3, 1, 2)
    return shaped * torsos[:, None, None, None]


def found_joints(net: nn.Module, windows: Windows, before: int, after: int) -> NDArray[np.float64]:
    """Return the joints that a net finds, metres, shape (windows, frames, 23, 3)."""
    with torch.no_grad():
        found = joints_of(net(windows.shown(before, after)), as_tensor(windows.torsos))
    return np.asarray(found.numpy(), np.float64)


def as_tensor(values: NDArray[np.float32] | NDArray[np.float64]) -> Tensor:
    """Return a tensor of 32-bit numbers of its own memory."""
    return torch.from_numpy(np.array(values, np.float32))
