"""What makes one clip differ from another: the player's style, and chance in every repetition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from handball.synthesis.moves import Move, Track
from handball.synthesis.players import Player

STANDING: Mapping[str, float] = {
    "hip_line_angle": 0.0,
    "shoulder_line_angle": 0.0,
    "trunk_tilt_forward": 4.0,
    "trunk_tilt_lateral": 0.0,
    "pelvis_tilt_forward": 0.0,
    "pelvis_tilt_lateral": 0.0,
    "crouch": 0.03,
    "sway_right": 0.0,
    "sway_forward": 0.0,
    "support": 0.0,
    "hold": 0.0,
    "hold_forward": 0.5,
    "hold_up": -0.3,
    "gaze_turn": 0.0,
    "gaze_nod": 0.0,
} | {
    f"{side}_{name}": value
    for side in ("left", "right")
    for name, value in (
        ("shoulder_elevation", 19.0),
        ("shoulder_azimuth", 15.0),
        ("elbow_angle", 152.0),
        ("forearm_rotation", 10.0),
        ("pronation", 20.0),
        ("wrist_flexion", 5.0),
    )
}
"""Every track and its value in quiet standing: degrees, leg lengths (`crouch`), metres (`sway_`), shares
(`support`, `hold`), and where both hands hold the ball before the shoulders in arm lengths (`hold_`)."""

_AMPLITUDE_TRACKS = ("line_angle", "tilt", "shoulder_", "forearm_rotation", "wrist_flexion")
_CHANCE_DEG, _CHANCE_AMPLITUDE, _CHANCE_S, _CHANCE_TEMPO = 2.0, 0.035, 0.004, 0.035
"""One standard deviation from throw to throw of one player."""
_WELL_OUTSIDE_S = 3.0
_UNVARIED = (
    "support",
    "hold",
    "hold_forward",
    "hold_up",
    "crouch",
    "sway_right",
    "sway_forward",
    "gaze_turn",
    "gaze_nod",
)


def standing(changes: Mapping[str, Track]) -> dict[str, Track]:
    """Return all tracks, those of `changes` in place of quiet standing."""
    unknown = set(changes) - set(STANDING)
    if unknown:
        raise ValueError(f"tracks {sorted(unknown)} do not exist, choose from {sorted(STANDING)}")
    return {name: changes.get(name, Track(rest=rest)) for name, rest in STANDING.items()}


def styled(tracks: Mapping[str, Track], player: Player, rng: np.random.Generator) -> dict[str, Track]:
    """Put the player's habits and this clip's chance into the tracks."""
    offsets = dict(player.style.offsets_deg)
    result = {}
    for name, track in tracks.items():
        chance = rng.normal(0.0, 1.0, 2 + len(track.moves))
        if name in _UNVARIED:
            result[name] = track
            continue
        amplitude = player.style.amplitude if any(part in name for part in _AMPLITUDE_TRACKS) else 1.0
        late = _CHANCE_S * chance[0]
        moves = tuple(
            (begin + late, end + late, change * amplitude * (1 + _CHANCE_AMPLITUDE * luck))
            for (begin, end, change), luck in zip(track.moves, chance[2:], strict=True)
        )
        result[name] = Track(rest=track.rest + offsets.get(name, 0.0) + _CHANCE_DEG * chance[1], moves=moves)
    return result


def tempo_of(player: Player, rng: np.random.Generator) -> float:
    """Return the tempo of this clip: 1 as taught, more is faster."""
    return player.style.tempo * float(np.exp(rng.normal(0.0, _CHANCE_TEMPO)))


@attrs.frozen(kw_only=True)
class Retiming:
    """Times as taught and when they happen in this clip, both rising; straight in between and at one tempo outside."""

    taught: tuple[float, ...]
    here: tuple[float, ...]
    tempo: float = 1.0

    def __call__(self, time: float) -> float:
        """Return when a taught time happens."""
        if time <= self.taught[0]:
            return self.here[0] + (time - self.taught[0]) / self.tempo
        if time >= self.taught[-1]:
            return self.here[-1] + (time - self.taught[-1]) / self.tempo
        return float(np.interp(time, self.taught, self.here))

    @property
    def pairs(self) -> tuple[tuple[float, float], ...]:
        """Taught times with when they happen in this clip: the knots, and a time well outside on either side."""
        times = (self.taught[0] - _WELL_OUTSIDE_S, *self.taught, self.taught[-1] + _WELL_OUTSIDE_S)
        return tuple((time, self(time)) for time in times)

    def track(self, track: Track) -> Track:
        """Return a track whose moves begin and end when they happen in this clip."""
        return attrs.evolve(track, moves=self.moves(track.moves))

    def moves(self, moves: Sequence[Move]) -> tuple[Move, ...]:
        """Return moves that begin and end when they happen in this clip."""
        return tuple((self(begin), self(end), change) for begin, end, change in moves)
