"""How often a check is right about each of its points, on rendered clips: `handball bench check`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import numpy as np

from handball.acquisition import scan_video
from handball.benchmarking.capture_truth import CaptureTruth, capture_truth, slowed
from handball.benchmarking.intervals import Share
from handball.capture.view import turn_between
from handball.config import Settings
from handball.detection.efficientdet import overlap
from handball.domain.capture import POINTS, Capture, PointName
from handball.pipeline import Hooks, Nets, load_nets
from handball.pipeline.checking import check
from handball.synthesis.dataset import read_manifest, set_hash

Progress = Callable[[int, int], None]

_RATE_WITHIN, _SIZE_WITHIN, _BLUR_WITHIN, _DRIFT_WITHIN = 0.05, 0.10, 0.4, 0.3
_LEAST_DRIFT = 0.01
_SIGMAS = 2.0
_SAME_BOX = 0.4
_SAME_THROW_S = 0.5
_SLOW = 4.0
_SLOWED_EVERY = 6


@attrs.frozen(kw_only=True)
class CheckedClip:
    """One clip: which points were right, what was said, and processor seconds of the check and of decoding alone."""

    clip: str
    right: Mapping[PointName, bool]
    said: Mapping[PointName, str]
    seconds: float
    decoding: float


@attrs.frozen(kw_only=True)
class CaptureBenchmark:
    """The table of every point; `tagged` and `untagged` are clips that were slowed down to a quarter."""

    source: str
    clips: tuple[CheckedClip, ...]
    tagged: Share
    untagged: Share

    def share(self, point: PointName) -> Share:
        """Return how often one point was right."""
        return Share(hits=sum(clip.right[point] for clip in self.clips), of=len(self.clips))

    def to_table(self) -> str:
        """Write it as a table in Markdown."""
        rows = [f"| {point.replace('_', ' ')} | {self.share(point).of} | {self.share(point)} |" for point in POINTS]
        rows.append(f"| slow motion that the file's tags tell is read | {self.tagged.of} | {self.tagged} |")
        rows.append(f"| slow motion without a tag is asked for | {self.untagged.of} | {self.untagged} |")
        seconds = np.median([clip.seconds for clip in self.clips])
        ratio = np.median([clip.seconds / clip.decoding for clip in self.clips])
        head = f"{len(self.clips)} clips of {self.source}\n\n| point | clips | right (95 % interval) |"
        head += "\n| --- | ---: | --- |"
        return (
            f"{head}\n" + "\n".join(rows) + f"\n\n{seconds:.1f} s of processor a clip, {ratio:.1f} times decoding alone"
        )

    def to_json(self) -> str:
        """Write every clip."""
        values: dict[str, Any] = {"source": self.source, "clips": [attrs.asdict(clip) for clip in self.clips]}
        values |= {"tagged": attrs.asdict(self.tagged), "untagged": attrs.asdict(self.untagged)}
        return json.dumps(values, indent=1)


def run(folder: Path, *, progress: Progress | None = None) -> CaptureBenchmark:
    """Check every throw of a rendered set; every sixth one is checked again, slowed down to a quarter.

    Raises
    ------
    OutputError
        When the folder holds no complete set.
    """
    rows = [row for row in read_manifest(folder) if row["strike_s"] is not None]
    nets = load_nets(Settings(pose="full"))
    clips, slow = [], []
    for done, row in enumerate(rows, start=1):
        truth = capture_truth(folder, row)
        clips.append(_checked(folder / row["video"], truth, nets))
        if done % _SLOWED_EVERY == 1:
            slow.append(_slowed(folder / row["video"], nets))
        if progress is not None:
            progress(done, len(rows))
    return CaptureBenchmark(
        source=f"set {set_hash(folder)}",
        clips=tuple(clips),
        tagged=Share(hits=sum(tagged for tagged, _ in slow), of=len(slow)),
        untagged=Share(hits=sum(untagged for _, untagged in slow), of=len(slow)),
    )


def _checked(video: Path, truth: CaptureTruth, nets: Nets) -> CheckedClip:
    begin = time.process_time()
    scan_video(video)
    decoded = time.process_time()
    capture = _capture(video, nets)
    seconds = time.process_time() - decoded
    right = {point: bool(judged(capture, truth)) for point, judged in _JUDGES.items()}
    said = {point.name: f"{point.key} {dict(point.values)}" for point in capture.points}
    return CheckedClip(clip=truth.clip, right=right, said=said, seconds=seconds, decoding=decoded - begin)


def _capture(video: Path, nets: Nets) -> Capture:
    settings = Settings(pose="full")
    return check(video, settings.test, settings, Hooks(), nets)


def _slowed(video: Path, nets: Nets) -> tuple[bool, bool]:
    """Tell whether slow motion is read from a tag, and asked for without one."""
    with TemporaryDirectory() as folder:
        tagged, plain = Path(folder) / "tagged.mp4", Path(folder) / "plain.mp4"
        slowed(video, tagged, _SLOW, tag=True)
        slowed(video, plain, _SLOW, tag=False)
        told = _capture(tagged, nets).point("slow_motion").key == "read"
        return told, _capture(plain, nets).point("slow_motion").key in ("suspected", "slow_hand", "no_throw")


def _frame_rate(capture: Capture, truth: CaptureTruth) -> bool:
    near = abs(capture.measures.distinct_rate_hz / truth.distinct_rate_hz - 1) <= _RATE_WITHIN
    key = capture.point("frame_rate").key
    return near and (key == truth.rate_flaw if truth.rate_flaw else key in ("high", "low", "too_low"))


def _blur(capture: Capture, truth: CaptureTruth) -> bool:
    return bool(abs(capture.measures.blur_px / truth.hand_step_px - 1) <= _BLUR_WITHIN)


def _camera_motion(capture: Capture, truth: CaptureTruth) -> bool:
    error = abs(capture.measures.camera_drift - truth.camera_drift)
    return bool(error <= max(_LEAST_DRIFT, _DRIFT_WITHIN * truth.camera_drift))


def _view(capture: Capture, truth: CaptureTruth) -> bool:
    view = capture.measures.view
    return view is not None and abs(turn_between(view.azimuth_deg, truth.azimuth_deg)) <= _SIGMAS * view.sigma_deg


def _inside(capture: Capture, truth: CaptureTruth) -> bool:
    return capture.point("inside").key == truth.inside


def _athlete(capture: Capture, truth: CaptureTruth) -> bool:
    frame, box = capture.measures.athlete_frame, capture.measures.athlete_box
    if frame is None or box is None:
        return False
    known = truth.boxes[min(frame, len(truth.boxes) - 1)]
    return bool(float(overlap(np.array([box]), known[None])[0, 0]) >= _SAME_BOX)


def _throws(capture: Capture, truth: CaptureTruth) -> bool:
    times = capture.measures.throw_times
    return len(times) == 1 and abs(times[0] - truth.strike_s) <= _SAME_THROW_S


_JUDGES: Mapping[PointName, Callable[[Capture, CaptureTruth], bool]] = {
    "frame_rate": _frame_rate,
    "slow_motion": lambda capture, _: capture.point("slow_motion").key == "none",
    "blur": _blur,
    "size": lambda capture, truth: abs(capture.measures.height_px / truth.height_px - 1) <= _SIZE_WITHIN,
    "inside": _inside,
    "camera_motion": _camera_motion,
    "view": _view,
    "hand": lambda capture, truth: capture.measures.hand == truth.hand,
    "athlete": _athlete,
    "throws": _throws,
}
