"""Synthetic throws as the pipeline gets them: who throws what, at which rate, seen how exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np

from handball.config import ClipSettings, Settings
from handball.domain.performance import Performance
from handball.domain.pose import Pose3D
from handball.pipeline import analyze_pose
from handball.storage.marker_poses import MARKER_SIGMA_M
from handball.synthesis.motion import Fault, Motion, Technique
from handball.synthesis.performing import perform
from handball.synthesis.players import Player
from handball.synthesis.roster import build_players

THROWS: tuple[Technique, ...] = ("jump_shot", "standing_shot", "pass")


@attrs.frozen(kw_only=True)
class Throw:
    """One synthetic throw with its truth, and what the pipeline makes of its joints."""

    motion: Motion
    performance: Performance

    @property
    def player(self) -> Player:
        """Who throws."""
        return self.motion.player


def observed(motion: Motion, *, noise_mm: float = 0.0, seed: int = 0) -> Pose3D:
    """Return the joints of a motion as a laboratory would give them.

    Parameters
    ----------
    noise_mm
        One standard deviation of independent noise on each coordinate. The pose's own uncertainty is that of
        markers, or the noise where that is larger.
    """
    body = motion.body()
    noise = np.random.default_rng([seed, 11]).normal(0.0, noise_mm / 1000, body.positions.shape)
    sigma = np.full(body.positions.shape, max(MARKER_SIGMA_M, noise_mm / 1000))
    return attrs.evolve(body, positions=body.positions + noise, sigma=sigma)


def analyzed(motion: Motion, *, noise_mm: float = 0.0, seed: int = 0, settings: Settings | None = None) -> Throw:
    """Analyse the joints of a motion as the joints of a pose file.

    Raises
    ------
    NoThrowError
        When the pipeline refuses it.
    """
    path = Path(f"{motion.player.name} {motion.technique} {seed}")
    pose = observed(motion, noise_mm=noise_mm, seed=seed)
    return Throw(motion=motion, performance=analyze_pose(pose, ClipSettings(), settings or Settings(), path))


def throws(
    technique: Technique,
    players: Sequence[Player],
    clips: int,
    *,
    seed: int,
    rate_hz: float = 120.0,
    faults: tuple[Fault, ...] = (),
) -> Iterator[Motion]:
    """Let each player throw so many times; clip n of a player differs with `seed` and n alone."""
    for number, player in enumerate(players):
        for clip in range(clips):
            yield perform(player, technique, rate_hz=rate_hz, seed=clip_seed(seed, number, clip), faults=faults)


def clip_seed(seed: int, player: int, clip: int) -> int:
    """Return the seed of one clip of one player.

    Examples
    --------
    >>> clip_seed(1, 2, 3)
    1002003
    """
    return 1_000_000 * seed + 1_000 * player + clip


def roster(count: int = 12) -> tuple[Player, ...]:
    """Return the first so many players of the set."""
    return build_players(count)
