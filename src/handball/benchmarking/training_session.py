"""One long recording of one player: throws, and between them what players do besides, with the time of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from handball.domain.skeleton import Side
from handball.errors import OutputError
from handball.storage.files import ensure_folder, replacing
from handball.synthesis.camera import phone
from handball.synthesis.hall import FLOORS, HallLooks
from handball.synthesis.motion import BallFlight, Motion, Technique
from handball.synthesis.performing import perform
from handball.synthesis.phone import PhoneReality, filmed
from handball.synthesis.phone_video import write_clip
from handball.synthesis.players import Player
from handball.synthesis.roster import build_players
from handball.synthesis.scene import Scene
from handball.synthesis.staging import main_moment

_THROWS: tuple[Technique, ...] = ("jump_shot", "standing_shot", "pass")
_OTHERS: tuple[Technique, ...] = ("none", "dribble", "none", "catch")
_PLACE = (30.0, 10.0)
_HEADING_DEG = 12.0
_BETWEEN_S = (0.8, 1.6)
_WALK = 2.5
"""Meters a second: so fast the player goes back to where the next one begins."""
_DISTANCE = 6.0
_SIDE_DEG = 15.0
_TRUTH = "throws.json"


@attrs.frozen(kw_only=True)
class TrueThrow:
    """A throw of a recording: its strike in seconds, and what it is."""

    time: float
    technique: str


@attrs.frozen(kw_only=True)
class Session:
    """A recording on disk and what is true of it: the hand, the throws, and when something else was done."""

    video: Path
    hand: Side
    throws: tuple[TrueThrow, ...]
    others: tuple[tuple[str, float, float], ...]


@attrs.frozen(kw_only=True)
class _Part:
    """One performance, or a way between two, with its first time in the recording."""

    motion: Motion
    begin: float


def make_session(
    folder: Path,
    *,
    player: int,
    seconds: float,
    seed: int = 1,
    rate_hz: float = 30.0,
    size: tuple[int, int] = (640, 360),
) -> Session:
    """Render a recording into a folder, or read the one that is there.

    Every other performance is a throw; in between the player stands, walks, runs, stretches, dribbles or catches.

    Raises
    ------
    MissingExtraError
        Where the extra `synth` is not installed.
    """
    if (folder / _TRUTH).exists():
        return read_session(folder)
    ensure_folder(folder)
    draw = np.random.default_rng([seed, player, 31])
    athlete = build_players()[player]
    parts = _performances(athlete, seconds, rate_hz, draw)
    motion = _joined(parts, rate_hz)
    side = -90.0 if athlete.hand == "right" else 90.0
    camera = phone(
        _PLACE, 0.0, azimuth_deg=side + float(draw.uniform(-_SIDE_DEG, _SIDE_DEG)), distance=_DISTANCE, image_size=size
    ).camera
    hall = HallLooks(floor=FLOORS[int(draw.integers(len(FLOORS)))], seed=int(draw.integers(2**16)))
    scene = Scene(performers=(motion,), hall=hall, camera=camera, seed=seed)
    frames = ((shown.stamp, shown.frame.picture) for shown in filmed(scene, rate_hz, PhoneReality(), seed=seed))
    write_clip(folder / "recording.mp4", frames, size=size, rate_hz=rate_hz)
    with replacing(folder / _TRUTH) as path:
        path.write_text(json.dumps(_truth(parts, athlete), indent=1) + "\n", encoding="utf-8")
    return read_session(folder)


def read_session(folder: Path) -> Session:
    """Read what is true of a recording.

    Raises
    ------
    OutputError
        When there is none in the folder.
    """
    path = folder / _TRUTH
    if not path.exists():
        raise OutputError(f"{folder} holds no recording: make it with 'handball bench throws {folder}'.")
    values = json.loads(path.read_text(encoding="utf-8"))
    return Session(
        video=folder / "recording.mp4",
        hand=values["hand"],
        throws=tuple(TrueThrow(**one) for one in values["throws"]),
        others=tuple((name, begin, end) for name, begin, end in values["others"]),
    )


def _truth(parts: list[_Part], athlete: Player) -> dict[str, Any]:
    throws = [
        {"time": round(part.begin + part.motion.time_of("strike"), 4), "technique": part.motion.technique}
        for part in parts
        if part.motion.technique in _THROWS
    ]
    others = [
        (part.motion.technique, round(part.begin, 3), round(part.begin + float(part.motion.times[-1]), 3))
        for part in parts
        if part.motion.technique not in _THROWS
    ]
    return {"hand": athlete.hand, "throws": throws, "others": others}


def _performances(athlete: Player, seconds: float, rate_hz: float, draw: np.random.Generator) -> list[_Part]:
    """Draw performances until the time is full; each is moved so that its main moment is before the camera."""
    parts: list[_Part] = []
    begin = 0.0
    while True:
        kinds = _OTHERS if len(parts) % 2 == 0 else _THROWS
        motion = perform(
            athlete,
            kinds[int(draw.integers(len(kinds)))],
            rate_hz=rate_hz,
            seed=int(draw.integers(2**31)),
            heading_deg=float(draw.uniform(-_HEADING_DEG, _HEADING_DEG)),
            place=_PLACE,
        )
        motion = _centered(motion)
        if parts:
            begin += _way_s(parts[-1].motion, motion, draw)
        if begin + float(motion.times[-1]) > seconds:
            return parts
        parts.append(_Part(motion=motion, begin=begin))
        begin += float(motion.times[-1])


def _centered(motion: Motion) -> Motion:
    row = int(np.argmin(np.abs(motion.times - main_moment(motion))))
    shift = np.array([*_PLACE, 0.0]) - motion.root[row] * [1.0, 1.0, 0.0]
    ball = attrs.evolve(motion.ball, positions=motion.ball.positions + shift)
    return attrs.evolve(motion, root=motion.root + shift, ball=ball)


def _way_s(before: Motion, after: Motion, draw: np.random.Generator) -> float:
    way = float(np.linalg.norm((after.root[0] - before.root[-1])[:2]))
    return float(draw.uniform(*_BETWEEN_S)) + way / _WALK


def _joined(parts: list[_Part], rate_hz: float) -> Motion:
    """Lay all performances on one clock; in between the body turns evenly from posture to posture, without a ball."""
    first = parts[0].motion
    count = int((parts[-1].begin + parts[-1].motion.times[-1]) * rate_hz)
    times = np.arange(count) / rate_hz
    known = np.concatenate([part.begin + part.motion.times for part in parts])
    rows = np.clip(np.searchsorted(known, times, side="right") - 1, 0, len(known) - 2)
    share = np.clip((times - known[rows]) / (known[rows + 1] - known[rows]), 0.0, 1.0)
    root = np.concatenate([part.motion.root for part in parts])
    rotations = np.concatenate([part.motion.rotations for part in parts])
    balls = np.concatenate([part.motion.ball.positions for part in parts])
    own = (known[rows + 1] - known[rows]) < 1.5 / rate_hz
    eased = np.where(own, share, share * share * (3 - 2 * share))[:, None]
    ball = np.where(own[:, None], (1 - eased) * balls[rows] + eased * balls[rows + 1], np.nan)
    return attrs.evolve(
        first,
        times=times,
        root=(1 - eased) * root[rows] + eased * root[rows + 1],
        rotations=_between(rotations[rows], rotations[rows + 1], eased),
        ball=BallFlight(positions=ball, in_hand=np.zeros(count, bool), diameter=first.ball.diameter),
        moments=(),
        clock=(),
    )


def _between(
    first: NDArray[np.float64], second: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    turn = Rotation.from_matrix((np.swapaxes(first, -1, -2) @ second).reshape(-1, 3, 3)).as_rotvec()
    part = Rotation.from_rotvec(turn * np.repeat(share, first.shape[1], axis=0)).as_matrix()
    result: NDArray[np.float64] = first @ part.reshape(first.shape)
    return result


def session_folders(folder: Path) -> Iterator[Path]:
    """Yield the folders of all recordings below a folder, in order."""
    yield from sorted(path.parent for path in folder.rglob(_TRUTH))
