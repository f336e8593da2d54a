"""What a lifting net learns from clips whose joints in space are withheld, with a net of the body's way beside it.

After Pavllo et al., CVPR 2019, section 4: as many clips without known joints as with them in every step; joints and way
together must fall on the joints that were seen in the picture, and bones be as long as known ones.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import torch
from jaxtyping import Int
from numpy.typing import NDArray
from torch import Tensor

from handball.lifting.features import CHANNELS
from handball.training.lifter.batches import Batches, Clips
from handball.training.lifter.motions import Motions
from handball.training.lifter.semi_supervised import (
    bone_length_loss,
    reprojection_loss,
    trajectory_loss,
    trajectory_net,
)
from handball.training.lifter.total_loss import BEGINS, ENDS, lifted_joints
from handball.training.nets.temporal_convolution import TemporalConvolution

_AXES = 3
_RISING = 0.1
"""Share of the training in which what is learned without known joints comes to count fully: at first the way is a
guess."""
_CLIPS_STREAM, _WITHHELD_STREAM = 5, 6
_WEIGHT_DECAY = 1e-4


def build_trajectory_net(beside: TemporalConvolution, width: int) -> TemporalConvolution:
    """Return an untrained net for the way, of the frames of a lifting net; it gives the difference from a guess.

    It is shown the features of the lifting net and, as three more channels, the way guessed from the picture.
    """
    starts = [(CHANNELS + axis, axis) for axis in range(_AXES)]
    return trajectory_net(CHANNELS + _AXES, width=width, kernels=beside.kernels, shortcuts=starts, causal=beside.causal)


def withheld(taught: NDArray[np.int64], share: float, seed: int) -> Int[np.ndarray, " withheld"]:
    """Return which of the motions are shown in the picture only: at least one, and never all.

    Examples
    --------
    >>> len(withheld(np.arange(8), 0.5, seed=1))
    4
    """
    count = min(max(1, round(share * len(taught))), len(taught) - 1)
    rng = np.random.default_rng([seed, _WITHHELD_STREAM])
    return np.sort(rng.choice(taught, count, replace=False))


def found_way(net: TemporalConvolution, clips: Clips) -> Tensor:
    """Return the way that a net finds, seen from the camera, in torso lengths, shape (clips, 3, frames)."""
    found: Tensor = net(torch.cat([clips.features, clips.guess], dim=1))
    return found


def picture_loss(joints: Tensor, way: Tensor, clips: Clips) -> Tensor:
    """Return how far joints at this way fall from the joints seen, in torso lengths of each clip's picture.

    Parameters
    ----------
    joints, way
        In torso lengths, as `Clips.joints` and `Clips.way`.
    clips
        Clips with what was seen in the picture; their true joints and way are not looked at.
    """
    return reprojection_loss(joints, way, clips.places, 1 / clips.guess[:, 1, 0])


def loss_without_joints(joints: Tensor, way: Tensor, clips: Clips, known: Tensor) -> Tensor:
    """Return what clips without known joints teach: the picture, and the bones of `known` joints of other clips."""
    return picture_loss(joints, way, clips) + bone_length_loss(joints, known, BEGINS, ENDS)


@attrs.define
class UnlabeledTeacher:
    """The net of the way and the clips without known joints, beside the training of a lifting net."""

    net: TemporalConvolution
    optimizer: torch.optim.Optimizer
    batches: Batches
    device: torch.device

    @classmethod
    def beside(
        cls,
        lifting: TemporalConvolution,
        *,
        width: int,
        motions: Motions,
        numbers: NDArray[np.int64],
        seed: int,
        step: int,
        device: torch.device,
    ) -> UnlabeledTeacher:
        """Return one for a lifting net and the motions of these numbers, from a step of the training on."""
        net = build_trajectory_net(lifting, width).to(device)
        rng = np.random.default_rng([seed, _CLIPS_STREAM, step])
        return cls(
            net=net,
            optimizer=torch.optim.AdamW(net.parameters(), weight_decay=_WEIGHT_DECAY),
            batches=Batches(motions, (lifting.before, lifting.after), numbers, rng),
            device=device,
        )

    def loss(self, lifting: TemporalConvolution, clips: Clips, done: float) -> tuple[Tensor, Tensor]:
        """Return what the lifting net gives for clips with known joints, and what is to be added to their loss.

        Parameters
        ----------
        clips
            With known joints: the net of the way learns from them.
        done
            Which share of the training is done, 0 to 1.
        """
        self.net.train()
        self.optimizer.zero_grad()
        others = self.batches.draw_clips().on(self.device)
        found = lifting(torch.cat([clips.features, others.features]))
        known, unknown = found[: len(clips.features)], found[len(clips.features) :]
        way = trajectory_loss(found_way(self.net, clips), clips.way)
        without = loss_without_joints(lifted_joints(unknown), found_way(self.net, others), others, clips.joints)
        return known, way + min(1.0, done / _RISING) * without

    def step(self, rate: float) -> None:
        """Move the weights of the net of the way along the gradients that are there."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()

    def state(self) -> dict[str, Any]:
        """Return what goes on from here."""
        return {"net": self.net.state_dict(), "optimizer": self.optimizer.state_dict()}

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from `state`."""
        self.net.load_state_dict(state["net"])
        self.optimizer.load_state_dict(state["optimizer"])
