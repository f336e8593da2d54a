"""From a plan to what is filmed: the performance, the hall around it, others in it, and where the cameras stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np

from handball.domain.camera import Camera
from handball.synthesis.camera import Shot, fan, far, near, orbit, pair, phone, rig
from handball.synthesis.faults import FAULTS, ImpossibleFaultError, fault
from handball.synthesis.hall import FLOORS, LIGHTINGS, HallLooks
from handball.synthesis.motion import BallFlight, Fault, Motion
from handball.synthesis.moving import NONE_KINDS
from handball.synthesis.performing import perform
from handball.synthesis.phone import PhoneReality, azimuth_of
from handball.synthesis.recipe import ClipPlan, Recipe
from handball.synthesis.render_ball import BALL_SKINS
from handball.synthesis.repertoire import THROWS
from handball.synthesis.roster import build_players
from handball.synthesis.scene import Scene

_BEFORE_SHARE = 0.65
"""Share of a clip's frames before its main moment: the draw-back takes longer than the follow-through."""
_BEFORE_SPREAD = 0.3
"""Nobody cuts clips so that the strike always comes at the same place; the throw itself stays inside."""
_SPARE_S = 0.6
_SIDE_SLOTS = 0.2
"""Share of the sessions with throws at the side."""
_FRONTAL_DEG = 20.0
_FAR_M = (8.0, 12.0)
_SIDE_DEG = 15.0
_ORBIT_CAMERAS = 12
_FAULT_DEG = (20, 40)
_LESS = (1.0, 0.75, 0.5, 0.25)
"""Who has a habit has as much of it in every throw as that throw can have."""
_START_X, _FAR_START_X, _LANE_Y = 29.0, 18.0, 10.0
"""Where lanes begin: the far camera needs room between the athlete and the goal."""
_MOST_OTHERS = 2
_BEHIND_M, _ASIDE_M = (2.5, 6.0), (1.5, 5.0)
_NEARER_SHARE = 0.3
_AREAS = ((70, 110, 170), (150, 60, 50), (60, 120, 80), None)


@attrs.frozen(kw_only=True)
class Take:
    """One clip to render: the scene of each camera, the first performer the athlete."""

    plan: ClipPlan
    motion: Motion
    scenes: tuple[Scene, ...]
    rate_hz: float
    reality: PhoneReality


def stage(recipe: Recipe, clip: ClipPlan) -> Take:
    """Set up one clip of a recipe; its seed alone decides everything.

    Examples
    --------
    >>> from handball.synthesis.recipe import LIGHT, plan
    >>> take = stage(LIGHT["near"], plan(LIGHT["near"])[0])
    >>> len(take.motion.times), [scene.camera.name for scene in take.scenes]
    (50, ['near'])
    """
    rng = np.random.default_rng(clip.seed)
    scenery = np.random.default_rng([*clip.session_seed, 5]) if recipe.sessions else rng
    player = build_players(recipe.players)[clip.player]
    seed = int(rng.integers(2**31))
    phase, heading_deg = float(rng.uniform(0, 1 / recipe.rate_hz)), float(rng.uniform(-15, 15))

    def performed(faults: tuple[Fault, ...]) -> Motion:
        return perform(
            player,
            clip.technique,
            rate_hz=recipe.rate_hz,
            seed=seed,
            faults=faults,
            variant=_slot_of_session(clip) if recipe.sessions else None,
            phase=phase,
            place=(_FAR_START_X if recipe.preset == "far" else _START_X, _LANE_Y),
            heading_deg=heading_deg,
            spare_s=_SPARE_S,
        )

    motion = _faulty(performed, _faults(recipe, clip), _LESS if recipe.sessions else (1.0,))
    spread = float(np.random.default_rng([*clip.seed, 4]).uniform(-_BEFORE_SPREAD, _BEFORE_SPREAD))
    motion = window(motion, recipe.frames, _BEFORE_SHARE + spread)
    reality = _reality(np.random.default_rng([*clip.seed, 2])) if recipe.reality else PhoneReality()
    others = _others(recipe, clip, motion, np.random.default_rng([*clip.seed, 3]))
    hall, ball_skin = _hall(scenery), int(scenery.integers(len(BALL_SKINS)))
    scenes = tuple(
        Scene(performers=(motion, *others), hall=hall, camera=shot.camera, ball_skin=ball_skin, seed=seed)
        for shot in _shots(recipe, motion, reality, scenery)
    )
    return Take(plan=clip, motion=motion, scenes=scenes, rate_hz=recipe.rate_hz, reality=reality)


def _faulty(
    performed: Callable[[tuple[Fault, ...]], Motion], drawn: tuple[Fault, ...], shares: Sequence[float]
) -> Motion:
    """Perform with the first of these shares of the faults that this throw can have, at last without."""
    for share in shares if drawn else ():
        try:
            return performed(tuple(attrs.evolve(one, size=share * one.size) for one in drawn))
        except ImpossibleFaultError:
            continue
    return performed(())


def _faults(recipe: Recipe, clip: ClipPlan) -> tuple[Fault, ...]:
    """Draw one fault of 20 to 40 degrees for so many throws, or sessions, as the recipe says."""
    rng = np.random.default_rng([*(clip.session_seed if recipe.sessions else clip.seed), 1])
    technique = clip.technique
    possible = [name for name, (unit, techniques, _) in FAULTS.items() if unit == "deg" and technique in techniques]
    if not possible or rng.random() >= recipe.novices:
        return ()
    return (fault(possible[int(rng.integers(len(possible)))], float(rng.integers(*_FAULT_DEG, endpoint=True))),)


def _slot_of_session(clip: ClipPlan) -> str | None:
    """Draw the arm slot of all throws of a session; what is no throw has none."""
    if clip.technique not in THROWS:
        return None
    side = np.random.default_rng([*clip.session_seed, 6]).random() < _SIDE_SLOTS
    return "side" if side else "overhead"


def window(motion: Motion, frames: int, before: float = _BEFORE_SHARE) -> Motion:
    """Cut a motion to so many frames around its main moment; times then begin at 0.

    `before` is the share of the frames before that moment, as far as the motion reaches and the technique, from
    its start to its finish, stays inside. A motion that is shorter keeps all its frames.
    """
    count = len(motion.times)
    if count <= frames:
        return motion
    main = int(np.argmin(np.abs(motion.times - main_moment(motion))))
    least, most = _first_rows(motion, frames)
    first = int(np.clip(np.clip(main - round(before * frames), least, most), 0, count - frames))
    return motion.cut(first, first + frames)


def _first_rows(motion: Motion, frames: int) -> tuple[int, int]:
    """Return the least and the greatest first row of a window that shows start and finish, where it can show both."""
    named = {moment.name: moment.time for moment in motion.moments}
    if not {"start", "finish"} <= set(named):
        return 0, len(motion.times)
    start, finish = (int(np.searchsorted(motion.times, named[name])) for name in ("start", "finish"))
    least, most = finish - frames + 1, start - 1
    return (least, most) if least <= most else (0, len(motion.times))


def main_moment(motion: Motion) -> float:
    """Return the moment that a clip is about: the strike of a throw or what takes its place, else the middle."""
    names = [moment.name for moment in motion.moments]
    for name in ("strike", "contact", "top", "stop", "drop"):
        if name in names:
            return motion.time_of(name)
    return float(motion.times[len(motion.times) // 2])


def _hall(rng: np.random.Generator) -> HallLooks:
    return HallLooks(
        floor=FLOORS[int(rng.integers(len(FLOORS)))],
        area=_AREAS[int(rng.integers(len(_AREAS)))],
        lighting=LIGHTINGS[int(rng.integers(len(LIGHTINGS)))],
        banners=bool(rng.random() < 0.8),
        seed=int(rng.integers(2**16)),
    )


def _reality(rng: np.random.Generator) -> PhoneReality:
    """Draw what a phone does to a clip; each switch on its own."""
    repeats, dark, shake, pan, messenger, wrong = rng.random(6)
    return PhoneReality(
        repeats=0.2 if repeats < 0.25 else 0.0,
        dark=bool(dark < 0.15),
        shake_deg=0.25 if shake < 0.4 else 0.0,
        pan_deg_s=4.0 if pan < 0.15 else 0.0,
        messenger=bool(messenger < 0.25),
        wrong_side=bool(wrong < 0.1),
    )


def _others(recipe: Recipe, clip: ClipPlan, motion: Motion, rng: np.random.Generator) -> tuple[Motion, ...]:
    """Let one or two others stand or move about in the hall, now and then one nearer to the camera."""
    if rng.random() >= recipe.others:
        return ()
    everybody = [player for number, player in enumerate(build_players()) if number != clip.player]
    x, y = (float(value) for value in motion.root[_row_of(motion), :2])
    found = []
    for _ in range(int(rng.integers(1, _MOST_OTHERS + 1))):
        nearer = rng.random() < _NEARER_SHARE
        along = float(rng.uniform(0.5, 1.5)) if nearer else -float(rng.uniform(*_BEHIND_M))
        aside = float(rng.choice((-1.0, 1.0)) * rng.uniform(*_ASIDE_M))
        other = perform(
            everybody[int(rng.integers(len(everybody)))],
            "none",
            rate_hz=recipe.rate_hz,
            seed=int(rng.integers(2**31)),
            variant=NONE_KINDS[int(rng.integers(len(NONE_KINDS)))],
            place=(x + along, y + aside),
            heading_deg=float(rng.uniform(-180, 180)),
        )
        found.append(attrs.evolve(other, ball=_without(other.ball)))
    return tuple(found)


def _without(ball: BallFlight) -> BallFlight:
    """Take the ball away: only the athlete's is in the truth."""
    return attrs.evolve(
        ball, positions=np.full(ball.positions.shape, np.nan), in_hand=np.zeros(len(ball.in_hand), bool)
    )


def _row_of(motion: Motion) -> int:
    return int(np.argmin(np.abs(motion.times - main_moment(motion))))


def _shots(recipe: Recipe, motion: Motion, reality: PhoneReality, rng: np.random.Generator) -> tuple[Shot, ...]:
    """Place the cameras of a preset around the athlete; those in front keep their distance to the end."""
    in_front = recipe.preset in ("near", "far")
    x, y = (float(value) for value in motion.root[-1 if in_front else _row_of(motion), :2])
    facing = float(np.degrees(np.arctan2(motion.target[1], motion.target[0])))
    aside = float(rng.uniform(-_FRONTAL_DEG, _FRONTAL_DEG))
    place = (x, y)
    if recipe.preset == "far":
        return (far(place, facing, azimuth_deg=aside, distance=float(rng.uniform(*_FAR_M)), image_size=recipe.size),)
    side = -90.0 if motion.player.hand == "right" else 90.0
    if recipe.preset in ("fan", "pair"):
        several = fan if recipe.preset == "fan" else pair
        return several(place, facing, azimuth_deg=side, image_size=recipe.size)
    if recipe.preset == "phone":
        azimuth = azimuth_of(side + float(rng.uniform(-_SIDE_DEG, _SIDE_DEG)), reality)
        return (phone(place, facing, azimuth_deg=azimuth, image_size=recipe.size),)
    if recipe.preset == "rig":
        return rig((x, y, 1.2))
    if recipe.preset == "orbit":
        return orbit(place, facing, cameras=_ORBIT_CAMERAS, image_size=recipe.size)
    return (near(place, facing, azimuth_deg=aside, image_size=recipe.size),)


def azimuth_deg(motion: Motion, camera: Camera) -> float:
    """Return where a camera stands, seen from the athlete at the main moment.

    0 is in the direction of the throw, 90 on the side of the throwing arm, -90 on the other; -180 to 180.
    """
    row = _row_of(motion)
    ahead = camera.position[:2] - motion.root[row, :2]
    turn = np.degrees(np.arctan2(motion.target[1], motion.target[0]) - np.arctan2(ahead[1], ahead[0]))
    turn = (float(turn) + 180.0) % 360.0 - 180.0
    return turn if motion.player.hand == "right" else -turn
