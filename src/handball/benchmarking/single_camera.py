"""How wrong joint angles from one camera are, and whether their error bars are honest.

Four calibrated cameras film one person (Pose2Sim's demo: balancing and bending, 1.6 s at 60 fps). Each
camera alone goes through the pipeline; its angles are compared with two references made from all four:
Pose2Sim's own result and the triangulation of our own joints in the pictures.
"""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball import __version__
from handball.benchmarking.four_camera_recording import Seen, load_recording, on_common_times
from handball.benchmarking.four_cameras import triangulated
from handball.benchmarking.single_camera_fit import ANGLES, angles_of, fits
from handball.benchmarking.single_camera_results import (
    CoverageRow,
    ErrorRow,
    GainRow,
    SingleCameraBenchmark,
)
from handball.benchmarking.single_camera_statistics import (
    AngleErrors,
    block_weights,
    bootstrapped,
    coverage,
    pair_weights,
    pairs_apart,
    standardized_differences,
)
from handball.domain.camera import Camera
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.kinematics.smoothing import smoothed

Array = NDArray[np.float64]

REFERENCES = ("Pose2Sim", "own triangulation")


def run(folder: Path, *, repeats: int = 1000, seed: int = 2020) -> SingleCameraBenchmark:
    """Measure the angles of each camera alone against all four together.

    Parameters
    ----------
    folder
        `videos_single/cam0*.mp4`, `Calib.qca.txt` and `Balancing_for_IK.trc` of Pose2Sim's demo.
    repeats
        Repeats of the block bootstrap; a tenth as many for the fit.

    Raises
    ------
    HandballError
        When a file or a net is missing.
    """
    recording = load_recording(folder)
    return assessed(recording.cameras, recording.seen, recording.reference, repeats=repeats, seed=seed)


def assessed(
    cameras: Sequence[Camera], seen: Sequence[Seen], reference: Pose3D, *, repeats: int, seed: int
) -> SingleCameraBenchmark:
    """Compare what each camera saw with the reference and with the triangulation of all."""
    seen, reference = on_common_times(seen, reference)
    own = smoothed(_triangulated_pose(cameras, seen, reference))
    names = tuple(camera.name for camera in cameras)
    truths = np.stack([angles_of(smoothed(reference))[0], angles_of(own)[0]])
    found = _errors(names, [one.deep for one in seen], truths)
    before = _errors(names, [one.guessed for one in seen], truths)
    lifted = _errors(names, [one.lifted for one in seen], truths)
    draws = block_weights(found.times, repeats, seed)
    uncertainty = fits(found, [one.deep for one in seen], draws[: max(repeats // 10, 1)])
    return SingleCameraBenchmark(
        version=__version__,
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        frames=len(found.times),
        repeats=repeats,
        seed=seed,
        references_apart_deg=float(np.nanmean(np.abs(truths[0] - truths[1]))),
        rows=_rows(found),
        coverages=_coverages(found, draws),
        gains=_gains(before, found, draws),
        lifting_gains=_gains(found, lifted, draws),
        fits=uncertainty,
    )


def _triangulated_pose(cameras: Sequence[Camera], seen: Sequence[Seen], reference: Pose3D) -> Pose3D:
    pixels = np.stack([one.flat.positions.reshape(-1, 2) for one in seen])
    weights = np.stack([one.flat.scores.ravel() for one in seen])
    weights = np.where(np.isnan(pixels[..., 0]), 0.0, weights)
    points = triangulated(cameras, np.nan_to_num(pixels), weights)
    points[(weights > 0).sum(axis=0) < 2] = np.nan
    return attrs.evolve(
        reference,
        skeleton=BODY_23,
        positions=points.reshape(len(reference.times), -1, 3),
        scores=weights.mean(axis=0).reshape(len(reference.times), -1),
    )


def _errors(names: tuple[str, ...], poses: Sequence[Pose3D], truths: Array) -> AngleErrors:
    degrees, sigma = (np.stack(values) for values in zip(*(angles_of(pose) for pose in poses), strict=True))
    return AngleErrors(
        cameras=names,
        references=REFERENCES,
        angles=ANGLES,
        times=poses[0].times,
        errors=degrees[:, None] - truths[None],
        sigma=sigma,
    )


def _rows(found: AngleErrors) -> tuple[ErrorRow, ...]:
    every = slice(None)
    cameras: list[tuple[str, slice]] = [(name, slice(k, k + 1)) for k, name in enumerate(found.cameras)]
    angles: list[tuple[str, slice]] = [(name, slice(k, k + 1)) for k, name in enumerate(found.angles)]
    return tuple(
        _row(found, (camera, one), (angle, joint), number)
        for number in range(len(found.references))
        for camera, one in [*cameras, ("all", every)]
        for angle, joint in [*angles, ("all", every)]
    )


def _row(found: AngleErrors, camera: tuple[str, slice], angle: tuple[str, slice], reference: int) -> ErrorRow:
    part = (camera[1], slice(reference, reference + 1), slice(None), angle[1])
    errors, sigma = found.errors[part], found.sigma[camera[1], :, angle[1]]
    first, second = pairs_apart(found.times)
    difference = errors[:, :, second] - errors[:, :, first]
    spread = np.hypot(sigma[:, first], sigma[:, second])
    z = np.abs(difference / spread[:, None])
    return ErrorRow(
        camera=camera[0],
        angle=angle[0],
        reference=found.references[reference],
        bias_deg=float(np.nanmean(errors)),
        mean_abs_deg=float(np.nanmean(np.abs(errors))),
        rms_deg=float(np.sqrt(np.nanmean(errors**2))),
        difference_mean_abs_deg=float(np.nanmean(np.abs(difference))),
        difference_sigma_deg=float(np.sqrt(np.nanmean(spread**2))),
        within_1=float(np.nanmean(z < 1)),
        within_2=float(np.nanmean(z < 2)),
    )


def _coverages(found: AngleErrors, draws: Array) -> tuple[CoverageRow, ...]:
    pairs = pairs_apart(found.times)
    kinds = [
        ("difference of two moments, one camera", standardized_differences(found, pairs), pair_weights(draws, pairs)),
        ("angle itself, one camera", found.errors / found.sigma[:, None], draws),
        ("same moment, two cameras", _between_cameras(found), draws),
    ]
    return tuple(
        CoverageRow(what=what, within_1=coverage(z, weights, 1.0), within_2=coverage(z, weights, 2.0))
        for what, z, weights in kinds
    )


def _between_cameras(found: AngleErrors) -> Array:
    """Return standardized differences of two cameras at one moment; they need no reference."""
    first, second = np.triu_indices(len(found.cameras), 1)
    away = found.errors[second, :1] - found.errors[first, :1]
    return np.asarray(away / np.hypot(found.sigma[first], found.sigma[second])[:, None])


def _gains(before: AngleErrors, after: AngleErrors, draws: Array) -> tuple[GainRow, ...]:
    first, second = pairs_apart(after.times)
    old, new = before.errors, after.errors
    kinds = [
        ("angle itself", np.abs(old), np.abs(new), draws),
        (
            "difference of two moments",
            np.abs(old[:, :, second] - old[:, :, first]),
            np.abs(new[:, :, second] - new[:, :, first]),
            pair_weights(draws, (first, second)),
        ),
    ]
    return tuple(
        GainRow(
            what=what,
            reference=name,
            without_deg=float(np.nanmean(without[:, k])),
            with_deg=float(np.nanmean(corrected[:, k])),
            gain=bootstrapped(np.nanmean(without[:, k] - corrected[:, k], axis=(0, 2)), weights),
        )
        for what, without, corrected, weights in kinds
        for k, name in enumerate(after.references)
    )
