"""A body of constant bones fitted to the joints that one or more cameras see over a clip.

Robust nonlinear least squares: Gauss-Newton steps with Levenberg's damping, the weights of robust residuals renewed in
each (Triggs et al., "Bundle adjustment - a modern synthesis", 2000). Joints lie near their rays, bones keep one length
over the clip, joints keep their limits and usual accelerations, feet stay where they rest, and where one camera leaves
the depth open a net's guess gives it.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.arrays import check_shape
from handball.domain.camera import Camera
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.kinematics.smoothing import with_short_gaps_filled
from handball.lifting.body_model import ACCELERATIONS, BONES, HIPS, SOLES
from handball.lifting.fit_body import Bones, Lengths, Limits
from handball.lifting.fit_evidence import Prior, Reprojection, Term
from handball.lifting.fit_motion import RestingFeet, Smoothness
from handball.lifting.normal_equations import NormalEquations

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_FEWEST_ROWS = 3
_DAMPING, _LEAST_DAMPING = 1e-4, 1e-3
_LEAST_GAIN = 1e-4
_LOOSE, _FREE = 1e-3, 1.0
"""Weights in 1 / m2 that keep joints solvable: of those that something holds, of those that nothing does."""
_UNKNOWN_BONE_M = 0.3
_STAGES = ((10.0, 4), (1.0, 8))
"""From where on a joint in a picture loses its say, in units of what is asked, and most steps. First hardly any does,
so that a bad start finds its way: graduated non-convexity, Blake and Zisserman, "Visual Reconstruction", 1987."""


@attrs.frozen(kw_only=True)
class View:
    """Joints in the pictures of one camera, on the rows of the start that is fitted."""

    picture: Pose2D
    camera: Camera


@attrs.frozen(kw_only=True)
class FitStrengths:
    """How much each term counts: fitted to rendered throws (docs/explanation/skeleton-fit.md).

    Attributes
    ----------
    picture_scale
        Standard deviations from which on a joint in a picture loses its say.
    prior_sigma, prior_scale
        Standard deviations of the net's guess in units of its own, and from where on it counts by its size alone.
    acceleration, acceleration_scale
        What a joint may accelerate in units of what is usual, and from where on that counts by its size alone.
    slip
        Metres that a resting sole moves within 1/60 s.
    rest_speed
        Metres a second below which a sole rests at the start.
    lengths_apart
        Metres between the lengths of a bone of the left and of the right.
    length_share
        Share of its length at the start by which a bone may differ from that.
    sigma_factor
        What the uncertainty is multiplied by, because errors of a net last over frames.
    """

    picture_scale: float = 3.0
    prior_sigma: float = 0.3
    prior_scale: float = 1.0
    acceleration: float = 3.0
    acceleration_scale: float = 3.0
    slip: float = 0.003
    rest_speed: float = 0.4
    lengths_apart: float = 0.01
    length_share: float = 0.1
    sigma_factor: float = 1.4


def fit_skeleton(
    start: Pose3D,
    views: Sequence[View],
    *,
    priors: Sequence[Pose3D] = (),
    floor: float | None = None,
    strengths: FitStrengths | None = None,
) -> Pose3D:
    """Fit a skeleton of constant bones to a clip.

    Parameters
    ----------
    start
        Joints of `BODY_23` in the world of the cameras: triangulated, or a net's placed before an assumed camera.
    views
        What each camera sees at the same rows. A joint is taken at its own standard deviation.
    priors
        Nets' guesses on the same rows in the world's axes, around any point; needed where there is only one camera.
    floor
        Height of soles that rest, metres; None where the floor is not known.
    strengths
        How much each term counts.

    Returns
    -------
    Pose3D
        On the same rows, with one standard deviation for each coordinate. A joint is missing where neither start nor
        view has it, but for gaps of at most 0.1 s, and everywhere if the start never has it. A start of fewer than
        three rows comes back as it is.

    Raises
    ------
    ValueError
        For a view or a prior of other rows, or another skeleton.
    """
    strengths = strengths or FitStrengths()
    for given in (*(view.picture for view in views), *priors):
        check_shape("times of a view or prior", given.times, start.times.shape)
    if start.skeleton != BODY_23:
        raise ValueError(f"a skeleton is fitted to {BODY_23.name}, found {start.skeleton.name}")
    if len(start.times) < _FEWEST_ROWS:
        return start
    joints, live = _begun(start, views)
    lengths = _lengths(joints, live)
    rays = [_reprojection(view, live, strengths) for view in views]
    body: list[Term] = [
        *(term for prior in priors for term in _priors(prior, live, strengths)),
        Bones(live=live),
        Lengths(start=lengths, apart=strengths.lengths_apart, share=strengths.length_share),
        Limits(live=live),
        *_motion(joints, live, start.times, floor, strengths),
    ]
    for widened, steps in _STAGES:
        terms = [*(attrs.evolve(ray, scale=widened * ray.scale) for ray in rays), *body]
        joints, lengths, equations = _descended(joints, lengths, live, terms, steps)
    sigma = np.sqrt(equations.variances())
    return attrs.evolve(
        start,
        positions=np.where(live[..., None], joints, np.nan),
        sigma=np.where(live[..., None], strengths.sigma_factor * sigma, start.sigma),
    )


def _begun(start: Pose3D, views: Sequence[View]) -> tuple[Array, Mask]:
    """Return every joint, between rows where it is missing, and where the fit can know it."""
    known = np.isfinite(start.positions[..., 0])
    joints = np.zeros(start.positions.shape)
    for joint in np.flatnonzero(known.any(axis=0)):
        rows = known[:, joint]
        for axis in range(3):
            joints[:, joint, axis] = np.interp(start.times, start.times[rows], start.positions[rows, joint, axis])
    seen = known.copy()
    for view in views:
        seen |= np.isfinite(view.picture.positions[..., 0])
    marked = attrs.evolve(start, positions=np.where(seen[..., None], joints, np.nan))
    filled = with_short_gaps_filled(marked).positions
    return joints, np.isfinite(filled[..., 0]) & known.any(axis=0)


def _lengths(joints: Array, live: Mask) -> Array:
    lengths = np.full(len(BONES), _UNKNOWN_BONE_M)
    for number, bone in enumerate(BONES):
        both = live[:, bone.first] & live[:, bone.second]
        if both.any():
            lengths[number] = np.median(np.linalg.norm(joints[both, bone.second] - joints[both, bone.first], axis=1))
    return lengths


def _reprojection(view: View, live: Mask, strengths: FitStrengths) -> Reprojection:
    camera, picture = view.camera, view.picture
    return Reprojection(
        rotation=camera.rotation,
        position=camera.position,
        slopes=camera.undistorted(picture.positions),
        sigma=picture.sigma / np.array(camera.focal),
        live=live,
        scale=strengths.picture_scale,
    )


def _motion(joints: Array, live: Mask, times: Array, floor: float | None, strengths: FitStrengths) -> list[Term]:
    usual = strengths.acceleration * np.array(ACCELERATIONS)
    speed = np.linalg.norm(np.gradient(joints[:, SOLES], times, axis=0), axis=-1)
    slow = (speed < strengths.rest_speed) & live[:, SOLES]
    rests = np.zeros(live.shape, dtype=np.bool_)
    rests[:-1, SOLES] = slow[:-1] & slow[1:]
    return [
        Smoothness(times=times, usual=usual, live=live, scale=strengths.acceleration_scale),
        RestingFeet(times=times, rests=rests, sigma=strengths.slip, floor=floor),
    ]


def _priors(prior: Pose3D, live: Mask, strengths: FitStrengths) -> list[Prior]:
    """Return a net's guess of each joint around the middle of the hips."""
    middle = prior.positions[:, HIPS].mean(axis=1)
    hips = live[:, HIPS].all(axis=1)
    terms = []
    for joint in range(live.shape[1]):
        offset = prior.positions[:, joint] - middle
        sigma = strengths.prior_sigma * prior.sigma[:, joint]
        known = live[:, joint] & hips & np.isfinite(offset).all(axis=1) & np.isfinite(sigma).all(axis=1)
        terms.append(
            Prior(
                joint=joint,
                around=tuple(HIPS),
                offset=np.where(known[:, None], offset, 0.0),
                sigma=np.where(known[:, None], sigma, 1.0),
                live=known,
                scale=strengths.prior_scale,
            )
        )
    return terms


def _descended(
    joints: Array, lengths: Array, live: Mask, terms: Sequence[Term], steps: int
) -> tuple[Array, Array, NormalEquations]:
    """Return the joints and lengths of least cost, and the normal equations there."""
    damping = _DAMPING
    equations, cost = _summed(terms, joints, lengths, live)
    for _ in range(steps):
        step, longer = equations.step(damping)
        after, better = _summed(terms, joints + step, lengths + longer, live)
        if better > cost:
            damping = max(damping * 10, _LEAST_DAMPING)
            continue
        joints, lengths, equations = joints + step, lengths + longer, after
        gain, cost, damping = cost - better, better, damping / 5
        if gain <= _LEAST_GAIN * cost:
            break
    return joints, lengths, equations


def _summed(terms: Sequence[Term], joints: Array, lengths: Array, live: Mask) -> tuple[NormalEquations, float]:
    equations = NormalEquations.empty(len(joints), joints.shape[1], len(lengths))
    equations.of_each(np.repeat(np.where(live, _LOOSE, _FREE)[..., None], 3, axis=2))
    return equations, sum(term.add(equations, joints, lengths) for term in terms)
