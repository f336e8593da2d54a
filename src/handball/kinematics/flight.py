"""The flight of a ball from where it was seen: gravity and drag, its speed and direction when it left the hand.

The air slows a ball by k v^2 with k = rho C_d A / (2 m): rho = 1.2 kg/m^3; a men's ball has 0.425 to 0.475 kg and 58 to
60 cm around (IHF, "Rules of the Game", rule 3). C_d of balls of sport at 10 to 35 m/s lies between 0.2 and 0.5 (Asai
et al. 2007, "Fundamental aerodynamics of the soccer ball", Sports Engineering 10): a prior, which short flights keep.
"""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, least_squares

from handball.domain.arrays import check_shape, column
from handball.errors import InvalidFlightError

Array = NDArray[np.float64]
Size = Literal["men", "women", "youth"]

GRAVITY = 9.81
AIR_DENSITY = 1.2
BALLS: dict[Size, tuple[float, float]] = {"men": (0.45, 0.59), "women": (0.35, 0.55), "youth": (0.305, 0.51)}
"""Mass in kilograms and circumference in metres: middles of what the rules allow."""
DRAG, DRAG_DOUBT = 0.35, 0.10
MOST_SPEED = 45.0
"""Metres a second; nobody has thrown a handball faster."""
FEWEST_POINTS = 4
_STEPS = 3
"""Runge-Kutta steps of each flight, all points at once; over a second the error is far below a millimetre."""
_HUBER = 2.0
_OUTLIER = 4.0
_PAIR_OUTLIER = 8.0
_MOST_PAIRS = 120
_MOST_OUTLIERS = 0.4
_MOST_MISFIT = 3.0
_GRAVITY_DOUBT = 4.0
"""Standard deviations by which the fall may differ from gravity's."""
_Z90 = 1.6449


@attrs.frozen(kw_only=True)
class Flight:
    """A ball in free flight.

    Attributes
    ----------
    time
        Of the release, seconds.
    position, velocity
        There and then, metres and metres a second in the axes of the points.
    covariance
        Of position, velocity and drag coefficient, shape (7, 7).
    drag
        The drag coefficient.
    used
        Which of the points belong to the flight.
    misfit
        Root mean square of what is left, in standard deviations of the points.
    """

    time: float
    position: Float[np.ndarray, "3"] = column(np.float64)
    velocity: Float[np.ndarray, "3"] = column(np.float64)
    covariance: Float[np.ndarray, "7 7"] = column(np.float64)
    drag: float
    used: Bool[np.ndarray, " points"] = column(np.bool_)
    misfit: float

    def __attrs_post_init__(self) -> None:
        check_shape("position", self.position, (3,))
        check_shape("velocity", self.velocity, (3,))
        check_shape("covariance", self.covariance, (7, 7))

    @property
    def speed(self) -> float:
        """Metres a second at the release."""
        return float(np.linalg.norm(self.velocity))

    @property
    def speed_sigma(self) -> float:
        """One standard deviation of the speed."""
        ahead = self.velocity / self.speed
        return float(np.sqrt(ahead @ self.covariance[3:6, 3:6] @ ahead))

    @property
    def speed_interval(self) -> tuple[float, float]:
        """Interval that holds the speed nine times of ten."""
        half = _Z90 * self.speed_sigma
        return self.speed - half, self.speed + half

    @property
    def direction(self) -> Array:
        """Unit vector of the release, shape (3,)."""
        return np.asarray(self.velocity / self.speed)

    @property
    def direction_sigma_deg(self) -> float:
        """One standard deviation of the direction, in degrees across in its worse direction."""
        across = np.eye(3) - np.outer(self.direction, self.direction)
        spread = across @ self.covariance[3:6, 3:6] @ across
        return float(np.degrees(np.sqrt(np.linalg.eigvalsh(spread)[-1]) / self.speed))


def drag_constant(drag: float, ball: Size = "men") -> float:
    """Return k of the deceleration k v^2, in 1/m.

    Examples
    --------
    >>> round(drag_constant(0.35), 4)
    0.0129
    """
    mass, around = BALLS[ball]
    return AIR_DENSITY * drag * around**2 / (4 * np.pi) / (2 * mass)


def flown(position: Array, velocity: Array, seconds: Array, constant: float) -> Array:
    """Return where a ball is so many seconds after (or before) it had a position and a velocity, shape (times, 3).

    Examples
    --------
    >>> flown(np.zeros(3), np.array([10.0, 0.0, 0.0]), np.array([0.0, 1.0]), 0.0).round(3).tolist()
    [[0.0, 0.0, 0.0], [10.0, 0.0, -4.905]]
    """
    state = np.tile(np.concatenate([position, velocity]), (len(seconds), 1))
    part = seconds[:, None] / _STEPS
    for _ in range(_STEPS):
        one = _change(state, constant)
        two = _change(state + part / 2 * one, constant)
        three = _change(state + part / 2 * two, constant)
        state = state + part / 6 * (one + 2 * two + 2 * three + _change(state + part * three, constant))
    return np.asarray(state[:, :3])


def flight_of(
    times: Array,
    positions: Array,
    sigma: Array,
    release: float,
    *,
    ball: Size = "men",
    up: tuple[float, float, float] = (0.0, 0.0, 1.0),
) -> Flight:
    """Fit the flight of a ball and give position, speed and direction at its release.

    Parameters
    ----------
    times
        Seconds, shape (points,), rising.
    positions
        Centre of the ball in metres, shape (points, 3); NaN where it was not seen.
    sigma
        One standard deviation of each coordinate, shape (points, 3).
    release
        When the ball left the hand, seconds; points before it are not used.
    up
        Unit vector against gravity.

    Raises
    ------
    InvalidFlightError
        For too few points, or points that are no flight of a ball: too fast, not falling, or not on one path.
    """
    turn = _upright(np.asarray(up, np.float64))
    known = np.isfinite(positions).all(axis=1) & np.isfinite(sigma).all(axis=1) & (times >= release)
    _check_count(known)
    # what is fitted has z against gravity
    seconds, places, spread = times[known] - release, positions[known] @ turn.T, sigma[known]
    inside = _consistent(seconds, places, spread, ball)
    _check_count(inside, of=int(known.sum()))
    found = _fitted(seconds[inside], places[inside], spread[inside], ball)
    misses = np.abs(_misses(found.x, seconds, places, spread, ball)).max(axis=1)
    inside = misses < _OUTLIER
    _check_count(inside, of=int(known.sum()))
    found = _fitted(seconds[inside], places[inside], spread[inside], ball)
    return _checked(found.x, np.asarray(found.jac), (seconds, places, spread, inside), known, release, turn, ball)


def _checked(
    values: Array,
    jacobian: Array,
    data: tuple[Array, Array, Array, NDArray[np.bool_]],
    known: NDArray[np.bool_],
    release: float,
    turn: Array,
    ball: Size,
) -> Flight:
    seconds, places, spread, inside = data
    left = _misses(values, seconds[inside], places[inside], spread[inside], ball)
    misfit = float(np.sqrt(np.mean(left**2)))
    speed = float(np.linalg.norm(values[3:6]))
    if speed > MOST_SPEED:
        raise InvalidFlightError(
            f"The ball would have left the hand at {speed:.0f} m/s, at most {MOST_SPEED:.0f} is possible: check times "
            "and scale of the cameras."
        )
    if misfit > _MOST_MISFIT:
        raise InvalidFlightError(
            f"The ball's places miss a free flight by {misfit:.1f} times their error, at most {_MOST_MISFIT:g} is "
            "plausible: cut the clip before it bounces or is touched, and check the cameras."
        )
    _check_gravity(seconds[inside], places[inside], spread[inside], values)
    covariance = np.linalg.pinv(jacobian.T @ jacobian) * max(1.0, misfit**2)
    back = np.zeros((7, 7))
    back[:3, :3] = back[3:6, 3:6] = turn.T
    back[6, 6] = 1.0
    used = np.zeros(len(known), np.bool_)
    used[np.flatnonzero(known)[inside]] = True
    return Flight(
        time=release,
        position=turn.T @ values[:3],
        velocity=turn.T @ values[3:6],
        covariance=back @ covariance @ back.T,
        drag=float(values[6]),
        used=used,
        misfit=misfit,
    )


def _check_gravity(seconds: Array, places: Array, spread: Array, values: Array) -> None:
    """Refuse a ball that falls upwards, or far from as gravity has it: an axis or a clock that is wrong."""
    weights = 1 / spread[:, 2]
    columns = np.stack([np.ones_like(seconds), seconds, seconds**2 / 2], axis=1) * weights[:, None]
    pull = float(np.linalg.lstsq(columns, places[:, 2] * weights, rcond=None)[0][2])
    doubt = float(np.sqrt(np.linalg.pinv(columns.T @ columns)[2, 2]))
    speed = float(np.linalg.norm(values[3:6]))
    air = drag_constant(float(values[6])) * speed * abs(float(values[5]))
    if abs(pull + GRAVITY) > _GRAVITY_DOUBT * doubt + air + 0.1 * GRAVITY:
        raise InvalidFlightError(
            f"The ball's height changes by {pull:+.1f} m/s^2, expected {-GRAVITY:+.1f} in free flight: check which way "
            "is up, the times, and that nobody touches the ball."
        )


def _check_count(known: NDArray[np.bool_], of: int | None = None) -> None:
    count = int(known.sum())
    if count < FEWEST_POINTS:
        raise InvalidFlightError(
            f"The ball was seen {count} times after its release, at least {FEWEST_POINTS} are needed: film more of the "
            "flight, or at a higher rate."
        )
    if of is not None and count < (1 - _MOST_OUTLIERS) * of:
        raise InvalidFlightError(
            f"Only {count} of {of} places of the ball lie on one flight: cut the clip before it bounces or is touched."
        )


def _upright(up: Array) -> Array:
    """Return a rotation that takes `up` to plus z."""
    up = up / np.linalg.norm(up)
    aside = np.cross(up, np.eye(3)[int(np.argmin(np.abs(up)))])
    aside = aside / np.linalg.norm(aside)
    return np.stack([aside, np.cross(up, aside), up])


def _change(state: Array, constant: float) -> Array:
    """Return velocity and acceleration of states (position, velocity), shape (points, 6)."""
    velocity = state[:, 3:]
    slowing = -constant * np.linalg.norm(velocity, axis=1, keepdims=True) * velocity
    return np.concatenate([velocity, slowing - np.array([0.0, 0.0, GRAVITY])], axis=1)


def _misses(values: Array, seconds: Array, places: Array, spread: Array, ball: Size) -> Array:
    flying = flown(values[:3], values[3:6], seconds, drag_constant(float(values[6]), ball))
    return np.asarray((flying - places) / spread)


def _fitted(seconds: Array, places: Array, spread: Array, ball: Size) -> OptimizeResult:
    start = np.concatenate([*_straight(seconds, places, 1 / spread), [DRAG]])

    def residuals(values: Array) -> Array:
        left = _misses(values, seconds, places, spread, ball).ravel()
        return np.append(left, (values[6] - DRAG) / DRAG_DOUBT)

    return least_squares(residuals, start, loss="huber", f_scale=_HUBER, x_scale=[1, 1, 1, 10, 10, 10, 0.1])


def _straight(seconds: Array, places: Array, weights: Array) -> tuple[Array, Array]:
    """Return position and velocity of a flight with gravity alone, by least squares."""
    fallen = places + np.outer(GRAVITY * seconds**2 / 2, [0.0, 0.0, 1.0])
    columns = np.stack([np.ones_like(seconds), seconds], axis=1)
    both = [
        np.linalg.lstsq(columns * weight[:, None], height * weight, rcond=None)[0]
        for weight, height in zip(weights.T, fallen.T, strict=True)
    ]
    return np.array([one[0] for one in both]), np.array([one[1] for one in both])


def _consistent(seconds: Array, places: Array, spread: Array, ball: Size) -> NDArray[np.bool_]:
    """Tell which points lie on one flight, by the pair of points whose flight most others are near (RANSAC)."""
    best, least = np.zeros(len(seconds), np.bool_), np.inf
    pairs = np.stack(np.triu_indices(len(seconds), 1), axis=1)
    if len(pairs) > _MOST_PAIRS:
        pairs = pairs[np.random.default_rng(6).choice(len(pairs), _MOST_PAIRS, replace=False)]
    for rows in pairs:
        away = np.abs(_through(rows, seconds, places, ball) - places) / (spread * _PAIR_OUTLIER)
        inside = np.asarray((away < 1).all(axis=1))
        cost = float(np.minimum(away, 1).sum())
        if cost < least and inside.any():
            best, least = inside, cost
    return best


def _through(rows: NDArray[np.int64], seconds: Array, places: Array, ball: Size) -> Array:
    """Return the flight through two points with the usual drag, slowed as at its mean speed, shape (points, 3)."""
    (begin, end), (low, high) = seconds[rows], places[rows]
    mean = (high - low) / max(end - begin, 1e-6)
    pull = -drag_constant(DRAG, ball) * np.linalg.norm(mean) * mean - np.array([0.0, 0.0, GRAVITY])
    velocity = mean - pull * (end - begin) / 2
    since = (seconds - begin)[:, None]
    return np.asarray(low + velocity * since + pull * since**2 / 2)
