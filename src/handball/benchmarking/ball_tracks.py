"""How well the ball is followed, and how exactly its release is found: rendered clips, and labelled real ones."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.acquisition import VideoFile, scan_video
from handball.ball.release import is_trusted
from handball.benchmarking.intervals import Share
from handball.benchmarking.rendered import RenderedThrow, rendered_throws
from handball.config import ClipSettings, Settings
from handball.domain.action import KeyAction
from handball.domain.ball import BallTrack
from handball.domain.performance import Landmarks, Performance
from handball.errors import UsageError
from handball.key_actions.released import at_release
from handball.key_actions.strikes import HIDDEN
from handball.pipeline import Hooks, analyze
from handball.pipeline.ball_clip import BallNets, ball_around, ball_in_clip, load_ball_nets
from handball.synthesis.truth import load_truth

Progress = Callable[[int, int], None]
Array = NDArray[np.float64]

CIRCLES, EVENTS = "ball_circles.csv", "events.csv"
_FIRST_FREE = "first_frame_ball_free"
_OFFS = ("release_off", "hand_off", "strike_off")
_HALF = 0.5
"""Of a radius: nearer to its true middle the ball counts as found, farther off than a whole one as mistaken."""


@attrs.frozen(kw_only=True)
class FollowedBall:
    """One clip.

    Attributes
    ----------
    found, mistaken
        Of the pictures in which the ball is known to be in sight; and of all in which a ball is told.
    release_off
        Frames by which the release is told too late, as the camera counts them; NaN where none is told.
    hand_off, strike_off
        The same for the strike as the hand tells it, and as an evaluation takes it from both.
    """

    clip: str
    kind: str
    found: Share
    mistaken: Share
    release_off: float
    hand_off: float
    strike_off: float


@attrs.frozen(kw_only=True)
class BallTracks:
    """All clips."""

    clips: tuple[FollowedBall, ...]

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        head = "| clips | | found | mistaken | release told |" + "".join(
            f" {name}: within 1 frame | within 3 | root mean square |" for name in ("ball alone", "hand alone", "both")
        )
        rows = [head, "|---|" + "---:|" * 13]
        kinds = list(dict.fromkeys(clip.kind for clip in self.clips))
        for kind in [*kinds, "all"] if len(kinds) > 1 else kinds:
            rows.append(_row(kind, [clip for clip in self.clips if kind in ("all", clip.kind)]))
        return "\n".join(rows)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps([_told(clip) for clip in self.clips], indent=1)


def run(
    rendered: Path | None,
    labeled: Path | None,
    *,
    net: Path | None = None,
    split: str = "test",
    progress: Progress | None = None,
) -> BallTracks:
    """Follow the ball through the throws of a rendered set, around each strike, and through labelled real clips.

    Parameters
    ----------
    rendered
        A set of `handball synth`; none where None.
    labeled
        A folder of videos with `ball_circles.csv` (file, frame, cx, cy, r) and `events.csv` (file, event, frame).
    net
        The ball finder; the one that comes with the package unless given.
    split
        Whose clips of the set: `train`, `test` or `all`.

    Raises
    ------
    UsageError
        When there is neither.
    OutputError
        When the folder holds no complete set.
    """
    if rendered is None and labeled is None:
        raise UsageError("Give a rendered set or --labeled, a folder of videos with labels.")
    nets = load_ball_nets(net, threads=2)
    clips: list[FollowedBall] = []
    if rendered is not None:
        for throw in rendered_throws(rendered, settings=Settings(ball=False), progress=progress):
            if split in ("all", throw.row["split_players"]) and throw.performance is not None:
                clips.append(_rendered(rendered, throw, throw.performance, nets))
    if labeled is not None:
        clips += _labeled(labeled, nets)
    return BallTracks(clips=tuple(clips))


def _rendered(folder: Path, throw: RenderedThrow, performance: Performance, nets: BallNets) -> FollowedBall:
    truth = load_truth(folder / throw.row["truth"])
    source = scan_video(folder / throw.row["video"])
    strike = performance.key_actions["strike"].time
    track = ball_around(source, _landmarks(performance), performance.hand, strike, nets, lambda _, __: None)
    width, height = truth.camera.image_size
    circles = truth.ball_circle[track.frames]
    inside = ((circles[:, :2] >= 0) & (circles[:, :2] < [width, height])).all(axis=1)
    rate = float(throw.row["rate_hz"])
    return judged(
        str(throw.row["clip"]),
        str(throw.row["technique"]),
        track,
        np.where(inside[:, None], circles, np.nan),
        release_off=rate * ((track.release.time if track.release else np.nan) - truth.release_time),
        hand_off=rate * (strike - truth.release_time),
        strike_off=rate * (_strike(performance, track).time - truth.release_time),
    )


def _labeled(folder: Path, nets: BallNets) -> list[FollowedBall]:
    """Follow the ball through each real clip; between two frames, the release counts as that of the first free one."""
    labels = _rows(folder / CIRCLES)
    free = {row["file"]: int(row["frame"]) for row in _rows(folder / EVENTS) if row["event"] == _FIRST_FREE}
    found = []
    for name in dict.fromkeys(row["file"] for row in labels):
        performance = analyze(folder / name, ClipSettings(), Settings(ball=False), Hooks(), pictures=False)
        source = scan_video(folder / name)
        track = _followed(source, performance, nets)
        circles = np.full((len(track), 3), np.nan)
        for row in labels:
            shown = int(np.searchsorted(track.frames, int(row["frame"]), side="right")) - 1
            if row["file"] == name and shown >= 0:
                circles[shown] = float(row["cx"]), float(row["cy"]), float(row["r"])
        first = np.nan if track.first_free is None else float(track.frames[track.first_free])
        held = free[name] - 1
        found.append(
            judged(
                name,
                "real",
                track,
                circles,
                release_off=first - free[name],
                hand_off=performance.key_actions["strike"].frame - held,
                strike_off=_strike(performance, track).frame - held,
            )
        )
    return found


def _followed(source: VideoFile, performance: Performance, nets: BallNets) -> BallTrack:
    """Follow the ball through all pictures that show something new, from the first to the last with known joints."""
    landmarks = _landmarks(performance)
    frames = np.arange(landmarks.flat.frames[0], landmarks.flat.frames[-1] + 1)
    fresh = frames[~source.video.repeated[frames]]
    strike = performance.key_actions["strike"].time
    return ball_in_clip(source, fresh, landmarks, nets, lambda _, __: None, strike, performance.hand)


def _strike(performance: Performance, track: BallTrack) -> KeyAction:
    """Return the strike as an evaluation takes it from hand and ball."""
    found = performance.key_actions
    if track.release is not None and is_trusted(track.release) and found["strike"].rule != HIDDEN:
        found = at_release(performance.body, found, track.release)
    return found["strike"]


def _landmarks(performance: Performance) -> Landmarks:
    if performance.landmarks is None:
        raise UsageError(f"{performance.path} holds joints, expected a video.")
    return performance.landmarks


def judged(
    clip: str, kind: str, track: BallTrack, truth: Array, *, release_off: float, hand_off: float, strike_off: float
) -> FollowedBall:
    """Compare a track with where the ball is (x, y, radius in pixels; NaN where that is not known), row by row."""
    known = ~np.isnan(truth[:, 0])
    with np.errstate(invalid="ignore"):
        away = np.linalg.norm(track.circles[:, :2] - truth[:, :2], axis=1) / truth[:, 2]
        near, wrong = known & (away <= _HALF), known & (away > 1)
    told = known & track.known
    return FollowedBall(
        clip=clip,
        kind=kind,
        found=Share(hits=int(near.sum()), of=int(known.sum())),
        mistaken=Share(hits=int(wrong.sum()), of=int(told.sum())),
        release_off=float(release_off),
        hand_off=float(hand_off),
        strike_off=float(strike_off),
    )


def _row(kind: str, clips: Sequence[FollowedBall]) -> str:
    release, hand, strike = (np.array([getattr(clip, name) for clip in clips]) for name in _OFFS)
    told = ~np.isnan(release)
    parts = [
        kind,
        str(len(clips)),
        str(_total(clip.found for clip in clips)),
        str(_total(clip.mistaken for clip in clips)),
        str(Share(hits=int(told.sum()), of=len(clips))),
        *_within(release[told]),
        *_within(hand),
        *_within(strike),
    ]
    return "| " + " | ".join(parts) + " |"


def _within(off: Array) -> tuple[str, ...]:
    shares = [str(Share(hits=int((np.abs(off) <= frames).sum()), of=len(off))) for frames in (1, 3)]
    return (*shares, f"{np.sqrt(np.mean(off**2)):.1f}" if len(off) else "none")


def _total(shares: Iterable[Share]) -> Share:
    given = list(shares)
    return Share(hits=sum(share.hits for share in given), of=sum(share.of for share in given))


def _told(clip: FollowedBall) -> dict[str, Any]:
    offs = {name: round(getattr(clip, name), 3) for name in _OFFS}
    return {
        "clip": clip.clip,
        "kind": clip.kind,
        "found": attrs.astuple(clip.found),
        "mistaken": attrs.astuple(clip.mistaken),
        **{name: None if np.isnan(value) else value for name, value in offs.items()},
    }


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise UsageError(f"{path} is missing: --labeled needs a folder with {CIRCLES} and {EVENTS}.")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
