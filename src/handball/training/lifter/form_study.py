"""Small lifting nets of several forms on the same motions, beside one pose for everything."""

from __future__ import annotations

import time

import attrs
import numpy as np
import torch
from numpy.typing import NDArray

from handball.kinematics.pose_errors import aligned_joint_error, joint_error, scaled_joint_error, step_error
from handball.lifting.features import CHANNELS, JOINTS
from handball.training.lifter.loss_study import StudyRecipe, small_convolution, teach
from handball.training.lifter.motions import Motions
from handball.training.lifter.windows import Windows, found_joints
from handball.training.nets.single_frame import SingleFrame
from handball.training.nets.temporal_convolution import KERNELS, TemporalConvolution

Array = NDArray[np.float64]

FORMS = ("mean pose", "single frame", "27", "27 causal", "45", "81")
"""Names of what is compared; a number is a receptive field."""
_MARGIN = 80
"""Frames around a window, enough for the longest receptive field, so that all forms see the same windows."""
_SEED = 5


@attrs.frozen(kw_only=True)
class FormResult:
    """Errors in metres on motions of players that were not seen; `step_error` is metres a frame at 60 Hz."""

    form: str
    weights: int
    error: float
    aligned_error: float
    scaled_error: float
    step_error: float
    seconds: float


def compared_forms(recipe: StudyRecipe, motions: Motions, forms: tuple[str, ...] = FORMS) -> tuple[FormResult, ...]:
    """Train each form with the same windows and steps, and measure it on the same others."""
    taught, test = recipe.drawn(motions, _SEED, _MARGIN), recipe.test(motions, _MARGIN)
    return tuple(_result(form, recipe, taught, test) for form in forms)


def build_form(form: str, recipe: StudyRecipe) -> TemporalConvolution | SingleFrame:
    """Return an untrained net of a form; a form that is no net has none."""
    torch.manual_seed(_SEED)
    if form == "single frame":
        return SingleFrame(CHANNELS, 3 * JOINTS, width=recipe.width, dropout=0.1)
    reach, _, kind = form.partition(" ")
    return small_convolution(KERNELS[int(reach)], recipe.width, causal=kind == "causal")


def mean_pose(taught: Windows, test: Windows) -> Array:
    """Return for every window and frame the mean pose of what is taught, at the size of the torso."""
    usual = (taught.joints / taught.torsos[:, None, None, None]).mean(axis=(0, 1))
    return np.asarray(np.broadcast_to(usual * test.torsos[:, None, None, None], test.joints.shape))


def _result(form: str, recipe: StudyRecipe, taught: Windows, test: Windows) -> FormResult:
    begin = time.perf_counter()
    weights = 0
    if form == "mean pose":
        found = mean_pose(taught, test)
    else:
        net = build_form(form, recipe)
        teach(net, taught, taught.joints, recipe, seed=_SEED)
        found = found_joints(net.eval(), test, net.before, net.after)
        weights = sum(weight.numel() for weight in net.parameters())
    flat, true = found.reshape(-1, JOINTS, 3), test.joints.reshape(-1, JOINTS, 3)
    return FormResult(
        form=form,
        weights=weights,
        error=joint_error(flat, true),
        aligned_error=aligned_joint_error(flat[::4], true[::4]),
        scaled_error=scaled_joint_error(flat, true),
        step_error=float(np.mean([step_error(*pair) for pair in zip(found, test.joints, strict=True)])),
        seconds=round(time.perf_counter() - begin, 1),
    )
