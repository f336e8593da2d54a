"""How the pose net errs on rendered clips: `handball bench pose-noise`.

The noise that the lifting net is trained with has these parameters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.benchmarking.rendered import ESTIMATED
from handball.domain.skeleton import BODY_23
from handball.errors import OutputError
from handball.lifting.features import RATE_HZ, hips, torso
from handball.storage.poses import load_pose, load_pose_2d
from handball.synthesis.dataset import read_manifest, set_hash
from handball.synthesis.truth import ClipTruth, load_truth
from handball.training.lifter.noise import Noise, fitted
from handball.training.lifter.noise_fit import JOINTS, FoundClip, fitted_noise

Array = NDArray[np.float64]

_SHOULDERS, _HIPS = (BODY_23.indices((f"left_{part}", f"right_{part}")) for part in ("shoulder", "hip"))


@attrs.frozen(kw_only=True)
class PoseNoise:
    """Parameters fitted to one rendered set, beside those in use."""

    source: str
    clips: int
    frames: int
    noise: Noise

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        used, found = (_numbers(noise) for noise in (fitted(), self.noise))
        lines = [
            f"Synthetic, {self.source}: {self.clips} clips, {self.frames} frames at {RATE_HZ:g} Hz. Sizes in torso "
            "lengths on one axis, shares of frames; `joint` rows are factors on shift, slow, quick and jitter.",
            "",
            "| parameter | fitted | in use |",
            "| --- | ---: | ---: |",
        ]
        lines += [f"| {name} | {value:.4g} | {used.get(name, float('nan')):.4g} |" for name, value in found.items()]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)

    def to_toml(self, command: str) -> str:
        """Return the parameters as `noise.toml` holds them; `command` made them."""
        told = attrs.asdict(self.noise)
        joints = dict(told.pop("joints"))
        lines = [
            "# How the pose net errs in the picture, in torso lengths and shares of frames: fitted to rendered clips,",
            f"# {self.source}, {self.clips} clips, by",
            f"# {command}",
            *(f"{name} = {_written(value)}" for name, value in told.items()),
            "",
            "[joints]",
            *(f"{name} = {value:.3f}" for name, value in joints.items()),
        ]
        return "\n".join(lines) + "\n"


def run(folder: Path) -> PoseNoise:
    """Fit the noise model to the clips of a set whose joints were kept by another bench.

    Raises
    ------
    OutputError
        When the folder holds no complete set, or no joints.
    """
    clips = tuple(_clips(folder))
    if not clips:
        raise OutputError(f"{folder} holds no estimated joints: run 'handball bench error-bars {folder}' first.")
    return PoseNoise(
        source=f"set {set_hash(folder)}",
        clips=len(clips),
        frames=int(sum(clip.looked.sum() for clip in clips)),
        noise=fitted_noise(clips),
    )


def _numbers(noise: Noise) -> Mapping[str, float]:
    told = attrs.asdict(noise)
    joints, slopes = told.pop("joints"), told.pop("depth_slopes")
    told |= {"depth_slope_least": slopes[0], "depth_slope_most": slopes[1]}
    return told | {f"joint {name}": value for name, value in joints}


def _written(value: float | tuple[float, float]) -> str:
    return f"{value:.4f}" if isinstance(value, float) else f"[{value[0]:.3f}, {value[1]:.3f}]"


def _clips(folder: Path) -> Iterator[FoundClip]:
    for row in read_manifest(folder):
        kept = folder / ESTIMATED / f"{Path(row['video']).stem}.npz"
        if kept.exists():
            yield from found_clips(kept, load_truth(folder / row["truth"]), row)


def found_clips(kept: Path, truth: ClipTruth, row: Mapping[str, Any]) -> Iterator[FoundClip]:
    """Split one clip into interleaved ones of 60 Hz, in torso lengths."""
    flat, deep = load_pose_2d(kept), load_pose(kept)
    columns = slice(0, len(JOINTS))
    seen = np.array([truth.camera.in_camera(joints) for joints in truth.coco_m])
    depths = _around_hips(seen[..., 2]) / _torso_length(seen)
    pixels = float(np.nanmedian(np.linalg.norm(_torso(truth.coco_px), axis=-1)))
    guess = (deep.positions[..., 1] - hips(deep.positions)[..., None, 1])[:, columns]
    guess = guess / np.nanmedian(np.linalg.norm(torso(deep.positions), axis=-1))
    step = max(1, round(float(row["rate_hz"]) / RATE_HZ))
    places = np.clip(np.searchsorted(truth.times, flat.times - 1e-6), 0, len(truth.times) - 1)
    for phase in range(step):
        rows = np.arange(phase, len(truth.times), step)
        own = np.full(len(truth.times), -1)
        own[places] = np.arange(len(places))
        own = own[rows]
        looked = own >= 0
        yield FoundClip(
            found=np.where(looked[:, None, None], flat.positions[own][:, columns], np.nan) / pixels,
            true=truth.coco_px[rows] / pixels,
            scores=np.where(looked[:, None], np.nan_to_num(flat.scores[own][:, columns]), 1.0),
            guessed_depths=np.where(looked[:, None], guess[own], np.nan),
            true_depths=depths[rows],
            looked=looked,
        )


def _torso(joints: Array) -> Array:
    return np.asarray(joints[:, _SHOULDERS].mean(axis=1) - joints[:, _HIPS].mean(axis=1))


def _torso_length(joints: Array) -> float:
    return float(np.nanmedian(np.linalg.norm(_torso(joints), axis=-1)))


def _around_hips(depths: Array) -> Array:
    return np.asarray(depths - depths[:, _HIPS].mean(axis=1, keepdims=True))
