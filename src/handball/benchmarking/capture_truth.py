"""What is true of how a rendered clip was filmed, and clips that play slower than life."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import av
import numpy as np
from av.video.stream import VideoStream
from jaxtyping import Float
from numpy.typing import NDArray

from handball.capture.background import drift
from handball.domain.arrays import column
from handball.domain.capture import BackgroundMotion
from handball.domain.skeleton import Side
from handball.errors import OutputError
from handball.pipeline.capturing import AFTER_S, BEFORE_S
from handball.synthesis.roster import build_players
from handball.synthesis.truth import ClipTruth, load_truth

_HIPS, _ANKLES = (11, 12), (15, 16)
_WRISTS: dict[str, int] = {"left": 9, "right": 10}
_FOOT_M = 0.10
"""A foot reaches so far below its ankle."""
_OUTSIDE = 0.05
_STANDS_FROM = 5


@attrs.frozen(kw_only=True)
class CaptureTruth:
    """The truth of one clip, in the pixels of its file; `inside` and `rate_flaw` as a check calls them."""

    clip: str
    distinct_rate_hz: float
    rate_flaw: str
    hand_step_px: float
    height_px: float
    inside: str
    camera_drift: float
    azimuth_deg: float
    hand: Side
    strike_s: float
    boxes: Float[np.ndarray, "frames 4"] = column(np.float64)


def capture_truth(folder: Path, row: dict[str, Any]) -> CaptureTruth:
    """Read the truth of one row of a manifest."""
    truth = load_truth(folder / row["truth"])
    reality = json.loads(row["reality"])
    rate = float(1 / np.median(np.diff(truth.times)))
    near = (truth.times >= row["strike_s"] - BEFORE_S) & (truth.times <= row["strike_s"] + AFTER_S)
    height = _height_px(truth, row)
    strike = int(np.argmin(np.abs(truth.times - row["strike_s"])))
    distinct = rate * (1 - (_repeated_share(truth) if reality["repeats"] else 0.0))
    return CaptureTruth(
        clip=row["clip"],
        distinct_rate_hz=distinct,
        rate_flaw="repeated" if reality["repeats"] else "variable" if reality["dark"] else "",
        hand_step_px=_step(truth, row["hand"], strike) / distinct,
        height_px=height,
        inside=_inside(truth, row["hand"], near, height / build_players()[row["player"]].height),
        camera_drift=_drift(truth, row["strike_s"]) / height,
        azimuth_deg=row["azimuth_deg"],
        hand=row["hand"],
        strike_s=row["strike_s"],
        boxes=truth.box_xyxy,
    )


def _repeated_share(truth: ClipTruth) -> float:
    """Return the share of frames that show the former picture again, while the player moves.

    Who has not moved for five pictures or more stands: one picture in five repeats in these clips, five in a row never.
    """
    same = (np.diff(truth.coco_m, axis=0) == 0).all(axis=(1, 2))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
    stands = np.zeros(len(same), bool)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        stands[begin:end] = end - begin >= _STANDS_FROM
    return float(same[~stands].mean()) if not stands.all() else 0.0


def _height_px(truth: ClipTruth, row: dict[str, Any]) -> float:
    hips = truth.coco_m[:, _HIPS].mean(axis=1)
    depth = float(np.median(truth.camera.in_camera(hips)[:, 2]))
    return float(build_players()[row["player"]].height * truth.camera.focal[1] / depth)


def _step(truth: ClipTruth, hand: str, strike: int) -> float:
    """Speed of the wrist at the strike in pixels a second, over the longest step around it."""
    rows = np.arange(max(0, strike - 8), min(len(truth.times), strike + 9))
    new = np.concatenate([[True], (np.diff(truth.coco_m[rows], axis=0) != 0).any(axis=(1, 2))])
    wrist, times = truth.coco_px[rows[new], _WRISTS[hand]], truth.times[rows[new]]
    steps = np.linalg.norm(np.diff(wrist, axis=0), axis=1) / np.diff(times)
    return float(np.max(steps)) if steps.size else float("nan")


def _inside(truth: ClipTruth, hand: str, near: NDArray[np.bool_], px_per_m: float) -> str:
    width, height = truth.camera.image_size
    feet = truth.coco_px[near][:, _ANKLES]
    wrist = truth.coco_px[near][:, _WRISTS[hand]]
    low = feet[..., 1] + _FOOT_M * px_per_m > height - 1
    feet_out = (low | (feet[..., 0] < 0) | (feet[..., 0] > width - 1)).any(axis=1).mean() > _OUTSIDE
    beyond = (wrist < 0) | (wrist > np.array([width - 1, height - 1]))
    arm_out = beyond.any(axis=1).mean() > _OUTSIDE
    return {(False, False): "whole", (True, False): "feet_out", (False, True): "arm_out", (True, True): "both_out"}[
        bool(feet_out), bool(arm_out)
    ]


def _drift(truth: ClipTruth, strike: float) -> float:
    """Way of the middle of the picture over the background, as the turns of the camera make it."""
    first = truth.camera_rotations[0].T @ [0.0, 0.0, 1.0]
    seen = np.stack([rotation @ first for rotation in truth.camera_rotations])
    places = seen[:, :2] / seen[:, 2:] * np.array(truth.camera.focal)
    shifts = np.concatenate([[[np.nan, np.nan]], np.diff(places, axis=0)])
    motion = BackgroundMotion(times=truth.times, shifts=shifts, turns_deg=np.zeros(len(shifts)))
    return drift(motion, strike - BEFORE_S, strike + AFTER_S)


def slowed(video: Path, target: Path, factor: float, *, tag: bool) -> None:
    """Write a clip again so that it plays slower, its pictures as they are; with the tag of a phone on request.

    Raises
    ------
    OutputError
        When the clip has no pictures.
    """
    options = {"movflags": "use_metadata_tags"} if tag else {}
    with av.open(str(video)) as source, av.open(str(target), "w", format="mp4", options=options) as sink:
        stream = source.streams.video[0]
        copy = sink.add_stream_from_template(stream)
        if not isinstance(copy, VideoStream):
            raise OutputError(f"{video} has no pictures to slow down: name a video.")
        if tag:
            sink.metadata["com.android.capture.fps"] = f"{float(stream.average_rate or 30):.3f}"
        for packet in source.demux(stream):
            if packet.dts is None or packet.pts is None:
                continue
            packet.pts, packet.dts = round(packet.pts * factor), round(packet.dts * factor)
            packet.stream = copy
            sink.mux(packet)
