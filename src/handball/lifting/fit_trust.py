"""How sure a fitted joint is, by what its cameras saw there.

The fit's own uncertainty takes each camera at its word. Where one of two has lost a joint and names another place, the
fit has to believe one of them, and is wrong by a hand's breadth or an arm's length. So its uncertainty is corrected by
what such joints were off in rendered throws: a generalized linear model of the squared distance from the truth (gamma
distribution, logarithmic link; McCullagh and Nelder, "Generalized linear models", 2nd ed., 1989, chapter 8).
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.lifting.skeleton_fit import View

Array = NDArray[np.float64]

_USUAL_M = 0.04
_MOST_OFF = 6.0
"""Standard deviations; from here on a camera contradicts the fit, no matter how much."""
_LOST_M, _STEEPNESS = 0.15, 4
"""Uncertainty at which a joint counts as half seen, and how sharply that falls."""
_LEAST_M = 1e-4
_IN_ARM = np.array([name.endswith(("elbow", "wrist", "index")) for name in BODY_23.joints])


@attrs.frozen(kw_only=True)
class TrustModel:
    """Logarithm of the mean squared distance from the truth in square metres, linear in what was seen.

    Attributes
    ----------
    level
        Of a joint that two cameras see surely and where the fit has it, with a usual uncertainty of the fit.
    sigma
        For the logarithm of the fit's uncertainty over the usual one.
    hidden
        For what the second-best score lacks to 1.
    nearest, second
        For how far the two best cameras see the joint from the fit, in their standard deviations.
    """

    level: float
    sigma: float
    hidden: float
    nearest: float
    second: float


ARMS = TrustModel(level=-7.02, sigma=0.83, hidden=1.59, nearest=0.75, second=0.33)
OTHERS = TrustModel(level=-7.47, sigma=0.33, hidden=0.0, nearest=0.79, second=0.42)


def with_trust(fitted: Pose3D, views: Sequence[View]) -> Pose3D:
    """Return the pose with the uncertainty and the scores that its cameras leave it.

    Parameters
    ----------
    fitted
        From `fit_skeleton`.
    views
        What it was fitted to: two cameras or more.

    Returns
    -------
    Pose3D
        Missing joints as they were. Scores are those of the second-best camera, or higher where the fit knows a joint
        that is hidden: 1/2 at 15 cm of uncertainty.
    """
    off = np.sort([_off(fitted, view) for view in views], axis=0)
    seen = np.sort([view.picture.scores for view in views], axis=0)[-2]
    own = np.maximum(np.linalg.norm(fitted.sigma, axis=2), _LEAST_M)
    sigma = np.where(_IN_ARM, _sigma(ARMS, own, seen, off), _sigma(OTHERS, own, seen, off))
    known = np.isfinite(fitted.positions[..., 0])
    trusted = 1 / (1 + (sigma / _LOST_M) ** _STEEPNESS)
    return attrs.evolve(
        fitted,
        sigma=fitted.sigma * np.where(known, sigma / own, 1.0)[..., None],
        scores=np.where(known, np.maximum(trusted, seen), fitted.scores),
    )


def _sigma(model: TrustModel, own: Array, seen: Array, off: Array) -> Array:
    exponent = model.level + model.sigma * np.log(own / _USUAL_M) + model.hidden * (1 - seen)
    half = (exponent + model.nearest * off[0] + model.second * off[1]) / 2
    result: Array = np.exp(half)
    return result


def _off(fitted: Pose3D, view: View) -> Array:
    """Return how far a camera sees each joint from the fit in standard deviations; the most where it does not."""
    away = np.linalg.norm(view.camera.project(fitted.positions) - view.picture.positions, axis=-1)
    off: Array = np.nan_to_num(away / view.picture.sigma[..., 0], nan=_MOST_OFF)
    return np.asarray(np.minimum(off, _MOST_OFF))
