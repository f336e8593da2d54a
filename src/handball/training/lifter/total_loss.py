"""What a lifting net is taught by: joints, their steps, bones, and how far each joint is likely to be off."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from torch import Tensor

from handball.domain.skeleton import BODY_23
from handball.lifting.features import JOINTS
from handball.lifting.temporal import TORSO_M
from handball.training.lifter.losses import LossName, distances, robust_loss

LiftingLoss = Literal["absolute"] | LossName

_ARM_WEIGHT, _SPEED_WEIGHT, _SCALE_WEIGHT = 2.0, 3.0, 0.05
_BONE_WEIGHT = 2.0
_BONES = (
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
    *(
        (f"{side}_{begin}", f"{side}_{end}")
        for side in ("left", "right")
        for begin, end in (
            ("shoulder", "elbow"),
            ("elbow", "wrist"),
            ("wrist", "index"),
            ("shoulder", "hip"),
            ("hip", "knee"),
            ("knee", "ankle"),
            ("ankle", "big_toe"),
        )
    ),
)
BEGINS, ENDS = (BODY_23.indices(ends) for ends in zip(*_BONES, strict=True))
"""Joints that bones begin and end at."""
_ARM = np.array([any(part in name for part in ("elbow", "wrist", "index")) for name in BODY_23.joints])


def loss_of(found: Tensor, wanted: Tensor, name: LiftingLoss = "absolute", done: float = 1.0) -> tuple[Tensor, float]:
    """Return the loss, and the mean absolute error of a coordinate.

    Errors of places, of their steps from frame to frame and of bones (which is what angles are made of), and the
    likelihood of the errors under the predicted scales (Laplace), which learns the scales alone.

    Parameters
    ----------
    found
        What the net gives, shape (clips, 138, frames).
    wanted
        True joints in torso lengths, shape (clips, 23, 3, frames); NaN where there is none, which teaches nothing.
    name
        How an error counts: each coordinate by itself (`absolute`), or the distance of the joint by a robust loss.
    done
        Which share of the training is done, 0 to 1.
    """
    places, scales = _parts(found)
    known = torch.isfinite(wanted)
    true = torch.where(known, wanted, places.detach())
    weight = torch.as_tensor(np.where(_ARM, _ARM_WEIGHT, 1.0), dtype=found.dtype, device=found.device)[
        None, :, None, None
    ]
    off = (places - true).abs().detach()
    unlikely = weight * (scales + off * torch.exp(-scales))
    steps = weight * _counted(places.diff(dim=-1), true.diff(dim=-1), name, done)
    bones = _counted(places[:, ENDS] - places[:, BEGINS], true[:, ENDS] - true[:, BEGINS], name, done)
    place = _mean(weight * _counted(places, true, name, done), known)
    place = place + _BONE_WEIGHT * _mean(bones, known[:, ENDS] & known[:, BEGINS])
    steady = known[..., 1:] & known[..., :-1]
    loss = place + _SPEED_WEIGHT * _mean(steps, steady) + _SCALE_WEIGHT * _mean(unlikely, known)
    return loss, float(_mean(off, known))


def lifted_joints(found: Tensor) -> Tensor:
    """Return the joints in what the net gives, in torso lengths, shape (clips, 23, 3, frames)."""
    return _parts(found)[0]


def mean_joint_error(found: Tensor, wanted: Tensor) -> float:
    """Return the mean distance of the joints in torso lengths; joints that nothing is wanted of do not count."""
    away = (lifted_joints(found) - wanted).norm(dim=2)
    return float(away[torch.isfinite(away)].mean())


def _counted(found: Tensor, wanted: Tensor, name: LiftingLoss, done: float) -> Tensor:
    """Return how much each error counts, shape (clips, joints, 3, frames)."""
    if name == "absolute":
        return (found - wanted).abs()
    away = TORSO_M * distances(found, wanted, axis=2)
    return (robust_loss(name, away, done)[:, :, None] / TORSO_M).expand_as(found)


def _mean(values: Tensor, known: Tensor) -> Tensor:
    return (values * known).sum() / known.sum()


def _parts(found: Tensor) -> tuple[Tensor, Tensor]:
    shaped = found.reshape(len(found), JOINTS, 6, -1)
    return shaped[:, :, :3], shaped[:, :, 3:].clamp(-6, 2)
