"""Hip joints from the markers on the pelvis, for files that have no hip joints of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.storage.markers import Markers

_FRONT = ("LASI", "RASI")
_BACK = ("LPSI", "RPSI")
_SACRUM = ("SACR",)


def pelvis_hips(markers: Markers) -> NDArray[np.float64]:
    """Estimate the left and right hip joint from Plug-in Gait markers, shape (frames, 2, 3), metres.

    Takes the front spines LASI and RASI with the back spines LPSI and RPSI, or the sacrum SACR. NaN where
    they are missing.

    References
    ----------
    Harrington et al. (2007), Prediction of the hip joint centre in adults, children, and patients with
    cerebral palsy based on magnetic resonance imaging, J. Biomech. 40, 595-602: regression on the
    width and depth of the pelvis.
    """
    front = _named(markers, _FRONT)
    back = _named(markers, _BACK)
    if back is None:
        back = _named(markers, _SACRUM)
    if front is None or back is None:
        return np.full((len(markers.frames), 2, 3), np.nan)
    middle = front.mean(axis=1)
    across, width = _unit(front[:, 1] - front[:, 0])
    forward, depth = _unit(middle - back.mean(axis=1))
    upward, _ = _unit(np.cross(across, forward))
    forward = np.cross(upward, across)
    center = middle - (0.24 * depth + 0.0099) * forward - (0.30 * width + 0.0109) * upward
    aside = (0.33 * width + 0.0073) * across
    return np.stack([center - aside, center + aside], axis=1)


def _named(markers: Markers, names: tuple[str, ...]) -> NDArray[np.float64] | None:
    """Return the markers of these names, shape (frames, len(names), 3), or None when one is not there once."""
    keys = [name.rpartition(":")[2].strip().upper() for name in markers.names]
    if any(keys.count(name) != 1 for name in names):
        return None
    return markers.positions[:, [keys.index(name) for name in names]]


def _unit(vectors: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return unit vectors and lengths; NaN for vectors of no length."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths = np.where(lengths > 0, lengths, np.nan)
    return vectors / lengths, lengths
