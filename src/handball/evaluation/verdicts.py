"""From a difference, its tolerance and its uncertainty to a verdict."""

from __future__ import annotations

import math

from handball.domain.assessment import Verdict


def judge(difference: float, tolerance: float, uncertainty: float, cap: float = math.inf) -> Verdict:
    """Judge one difference.

    Parameters
    ----------
    difference
        Performance minus reference; NaN where it cannot be measured.
    tolerance
        Differences up to here are fine, up to twice this slight.
    uncertainty
        One standard deviation of the difference.
    cap
        Above this uncertainty the clips cannot give the quantity at all.

    Returns
    -------
    Verdict
        `not_measurable` for a missing value or an uncertainty above the cap. Within the uncertainty:
        `ok` if difference plus uncertainty stay within the tolerance, else `not_distinguishable`.
        Beyond it `ok`, `slight` or `large`, with borders at one and two tolerances.

    Examples
    --------
    >>> judge(4.0, 15.0, 10.0), judge(8.0, 15.0, 10.0), judge(20.0, 15.0, 10.0), judge(-31.0, 15.0, 10.0)
    ('ok', 'not_distinguishable', 'slight', 'large')
    """
    size = abs(difference)
    if math.isnan(size) or math.isnan(uncertainty) or uncertainty > cap:
        return "not_measurable"
    if size <= uncertainty:
        return "ok" if size + uncertainty <= tolerance else "not_distinguishable"
    if size <= tolerance:
        return "ok"
    return "slight" if size <= 2 * tolerance else "large"
