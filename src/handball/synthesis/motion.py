"""What a player does, exactly: segments and ball over time, and the moments that the motion is built from."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from handball.domain.arrays import check_rising, check_shape, column
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.synthesis.players import Player
from handball.synthesis.rig import SEGMENTS, joint_positions

Technique = Literal["jump_shot", "standing_shot", "pass", "push_pass", "feint", "dribble", "block", "none", "catch"]
TECHNIQUES: tuple[Technique, ...] = (
    "jump_shot",
    "standing_shot",
    "pass",
    "push_pass",
    "feint",
    "dribble",
    "block",
    "none",
    "catch",
)


@attrs.frozen(kw_only=True)
class Moment:
    """A named moment of the motion's own phases: `start`, `cocking`, `strike`, `finish`, `plant`, `take_off`..."""

    name: str
    time: float


@attrs.frozen(kw_only=True)
class Fault:
    """A fault that was put into the motion, and how large: `low_elbow` by 20 degrees, say."""

    name: str
    size: float
    unit: str


@attrs.frozen(kw_only=True)
class BallFlight:
    """The ball: centre in metres (NaN where there is none), whether a hand has it, and when it left for good.

    `release_time` is the moment when the ball leaves the throwing hand, None where it is never thrown;
    `release_speed` its speed then in m/s.
    """

    positions: Float[np.ndarray, "frames 3"] = column(np.float64)
    in_hand: Bool[np.ndarray, " frames"] = column(np.bool_)
    diameter: float
    release_time: float | None = None
    release_speed: float | None = None


@attrs.frozen(kw_only=True)
class Motion:
    """One performance of one technique: everything about the body, in the world of `rig.py`.

    `root` is the middle of the hips, `rotations` those of `SEGMENTS`. `moments` come from the phases that
    the motion is built of, never from a detector.
    """

    player: Player
    technique: Technique
    times: Float[np.ndarray, " frames"] = column(np.float64)
    root: Float[np.ndarray, "frames 3"] = column(np.float64)
    rotations: Float[np.ndarray, "frames segments 3 3"] = column(np.float64)
    ball: BallFlight
    moments: tuple[Moment, ...]
    faults: tuple[Fault, ...] = ()
    arm_slot: Literal["overhead", "side", "low"] | None = None
    target: tuple[float, float, float] = (1.0, 0.0, 0.0)
    """Unit vector of the throw in the world."""
    clock: tuple[tuple[float, float], ...] = ()
    """The clock of arms and trunk in a throw: pairs of seconds as taught (0 is the strike) and of this clip.

    Both rise, and it is straight in between, so that two throws meet where their taught seconds are the same.
    Empty for what is no throw. The legs of a jump shot have a clock of their own, the run-up's.
    """

    def __attrs_post_init__(self) -> None:
        check_rising("times", self.times)
        check_shape("root", self.root, (len(self.times), 3))
        check_shape("rotations", self.rotations, (len(self.times), len(SEGMENTS), 3, 3))

    def time_of(self, name: str) -> float:
        """Return the seconds of a moment. Raises `KeyError` where the motion has none of that name."""
        for moment in self.moments:
            if moment.name == name:
                return moment.time
        raise KeyError(name)

    def cut(self, first: int, last: int) -> Motion:
        """Return the rows `first` to `last` (not included) alone; times, moments and release count from the first."""
        begin, rows = float(self.times[first]), slice(first, last)
        release = self.ball.release_time
        ball = attrs.evolve(
            self.ball,
            positions=self.ball.positions[rows],
            in_hand=self.ball.in_hand[rows],
            release_time=None if release is None else release - begin,
        )
        return attrs.evolve(
            self,
            times=self.times[rows] - begin,
            root=self.root[rows],
            rotations=self.rotations[rows],
            ball=ball,
            moments=tuple(attrs.evolve(moment, time=moment.time - begin) for moment in self.moments),
            clock=tuple((taught, time - begin) for taught, time in self.clock),
        )

    @property
    def joints(self) -> NDArray[np.float64]:
        """Joints of `BODY_23` in the world, metres, shape (frames, joints, 3)."""
        return joint_positions(self.player.body, self.root, self.rotations)

    def body(self) -> Pose3D:
        """Return the true joints as a pose in the world's axes, without any error."""
        joints = self.joints
        shape = joints.shape[:2]
        return Pose3D(
            skeleton=BODY_23,
            frames=np.arange(len(self.times)),
            times=self.times,
            positions=joints,
            scores=np.ones(shape),
            sigma=np.zeros((*shape, 3)),
            origin="world",
        )
