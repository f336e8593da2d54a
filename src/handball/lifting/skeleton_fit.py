"""A body of constant bones fitted to the joints that one or more cameras see over a clip.

Robust nonlinear least squares (Gauss-Newton with Levenberg's damping, weights renewed in each step; Triggs et al.,
"Bundle adjustment - a modern synthesis", 2000): joints near their rays, bones of constant length, joint limits, usual
accelerations, feet that rest where they rest, and, for one camera, a net's depth.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.domain.pose import Pose2D, Pose3D
from handball.kinematics.smoothing import with_short_gaps_filled
from handball.lifting.body_model import ACCELERATIONS, BONES, HIPS, SOLES
from handball.lifting.fit_terms import Bones, Lengths, Limits, Prior, Reprojection, RestingFeet, Smoothness, Term
from handball.lifting.normal_equations import NormalEquations

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@attrs.frozen(kw_only=True)
class View:
    """Joints in the pictures of one camera, on the rows of the start."""

    picture: Pose2D
    camera: Camera


@attrs.frozen(kw_only=True)
class FitStrengths:
    """How much each term counts: fitted to rendered throws (docs/explanation/skeleton-fit.md)."""

    picture_sigma: float = 1.0
    picture_scale: float = 3.0
    prior_sigma: float = 1.0
    prior_scale: float = 1.0
    chain_sigma: float = 0.0
    acceleration: float = 1.0
    acceleration_scale: float = 3.0
    bones: float = 1.0
    slip: float = 0.003
    rest_speed: float = 0.4
    length_share: float = 0.1
    limits: bool = True
    steps: int = 15


def fit_skeleton(
    start: Pose3D,
    views: Sequence[View],
    *,
    prior: Pose3D | None = None,
    floor: float | None = None,
    strengths: FitStrengths | None = None,
    lengths: Array | None = None,
) -> Pose3D:
    strengths = strengths or FitStrengths()
    joints, live = _begin(start, views)
    times = start.times
    terms: list[Term] = [_reprojection(view, live, strengths) for view in views]
    found = _lengths(joints, live)
    lengths = found if lengths is None else np.where(np.isfinite(lengths), lengths, found)
    terms += [
        Bones(live=live),
        Lengths(start=lengths, apart=0.01, share=strengths.length_share),
        Smoothness(times=times, usual=np.array(ACCELERATIONS) * strengths.acceleration, live=live, scale=strengths.acceleration_scale),
        RestingFeet(times=times, rests=_rests(joints, live, times, strengths), sigma=strengths.slip, floor=floor),
    ]
    if strengths.limits:
        terms.append(Limits(live=live))
    if prior is not None:
        terms += _priors(prior, live, strengths)
    joints, lengths, equations = _descended(joints, lengths, live, terms, strengths)
    sigma = np.sqrt(equations.variances())
    return attrs.evolve(
        start,
        positions=np.where(live[..., None], joints, np.nan),
        sigma=np.where(live[..., None], sigma, start.sigma),
    )


def _begin(start: Pose3D, views: Sequence[View]) -> tuple[Array, Mask]:
    known = np.isfinite(start.positions[..., 0])
    joints = np.zeros(start.positions.shape)
    for joint in np.flatnonzero(known.any(axis=0)):
        seen = known[:, joint]
        for axis in range(3):
            joints[:, joint, axis] = np.interp(start.times, start.times[seen], start.positions[seen, joint, axis])
    seen = np.array(known)
    for view in views:
        seen |= np.isfinite(view.picture.positions[..., 0])
    marked = attrs.evolve(start, positions=np.where(seen[..., None], joints, np.nan))
    live = np.isfinite(with_short_gaps_filled(marked).positions[..., 0]) & known.any(axis=0)
    return joints, live


def _reprojection(view: View, live: Mask, strengths: FitStrengths) -> Reprojection:
    camera, picture = view.camera, view.picture
    return Reprojection(
        rotation=camera.rotation,
        position=camera.position,
        slopes=camera.undistorted(picture.positions),
        sigma=strengths.picture_sigma * picture.sigma / np.array(camera.focal),
        live=live,
        scale=strengths.picture_scale,
    )


def _lengths(joints: Array, live: Mask) -> Array:
    lengths = []
    for bone in BONES:
        both = live[:, bone.first] & live[:, bone.second]
        size = np.linalg.norm(joints[both, bone.second] - joints[both, bone.first], axis=1)
        lengths.append(float(np.median(size)) if size.size else 0.3)
    return np.array(lengths)


def _rests(joints: Array, live: Mask, times: Array, strengths: FitStrengths) -> Mask:
    rests = np.zeros(live.shape, bool)
    speed = np.linalg.norm(np.gradient(joints, times, axis=0), axis=-1)
    for sole in SOLES:
        slow = (speed[:, sole] < strengths.rest_speed) & live[:, sole]
        rests[:-1, sole] = slow[:-1] & slow[1:]
    return rests


def _priors(prior: Pose3D, live: Mask, strengths: FitStrengths) -> list[Term]:
    middle = prior.positions[:, HIPS].mean(axis=1)
    terms: list[Term] = []
    for joint in range(live.shape[1]):
        offset = prior.positions[:, joint] - middle
        known = live[:, joint] & live[:, HIPS].all(axis=1) & np.isfinite(offset).all(axis=1)
        terms.append(
            Prior(
                joint=joint,
                around=tuple(HIPS),
                offset=np.nan_to_num(offset),
                sigma=np.where(known[:, None], strengths.prior_sigma * prior.sigma[:, joint], 1.0),
                live=known,
                scale=strengths.prior_scale,
            )
        )
    if strengths.chain_sigma:
        for bone in BONES[:14]:
            offset = prior.positions[:, bone.second] - prior.positions[:, bone.first]
            known = live[:, bone.first] & live[:, bone.second] & np.isfinite(offset).all(axis=1)
            terms.append(
                Prior(
                    joint=bone.second,
                    around=(bone.first,),
                    offset=np.nan_to_num(offset),
                    sigma=np.where(known[:, None], strengths.chain_sigma * prior.sigma[:, bone.second], 1.0),
                    live=known,
                    scale=strengths.prior_scale,
                )
            )
    return terms


def _descended(joints, lengths, live, terms, strengths):
    damping = 1e-4
    equations, cost = _sum(terms, joints, lengths, live)
    for _ in range(strengths.steps):
        step, longer = equations.step(damping)
        after, better = _sum(terms, joints + step, lengths + longer, live)
        if better > cost:
            damping = max(damping * 10, 1e-3)
            continue
        joints, lengths, equations = joints + step, lengths + longer, after
        gain, cost, damping = cost - better, better, damping / 5
        if gain < 1e-4 * cost:
            break
    return joints, lengths, equations


def _sum(terms, joints, lengths, live):
    equations = NormalEquations.empty(*joints.shape[:2], len(lengths))
    equations.of_each(np.where(live[..., None], 1e-3, 1.0) * np.ones(3))
    cost = sum(term.add(equations, joints, lengths) for term in terms)
    return equations, cost
