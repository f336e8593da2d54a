"""From a difference, its tolerance and its uncertainty to a verdict."""

from __future__ import annotations

import math

from handball.domain.assessment import Verdict

_DOUBT = 0.5
"""Standard deviations by which a difference must lie inside or outside the tolerance: chosen on rendered throws, so
that about 5 % of what is said lies on the wrong side (docs/explanation/uncertainty.md)."""


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
        `not_measurable` for a missing value or an uncertainty above the cap. `not_distinguishable` within half an
        uncertainty of the tolerance. Else `ok` inside it, and `slight` or `large` outside, with the border at twice the
        tolerance.

    Examples
    --------
    >>> judge(4.0, 15.0, 10.0), judge(12.0, 15.0, 10.0), judge(21.0, 15.0, 10.0), judge(-31.0, 15.0, 10.0)
    ('ok', 'not_distinguishable', 'slight', 'large')
    """
    size = abs(difference)
    if math.isnan(size) or math.isnan(uncertainty) or uncertainty > cap:
        return "not_measurable"
    doubt = _DOUBT * uncertainty
    if size + doubt <= tolerance:
        return "ok"
    if size - doubt < tolerance:
        return "not_distinguishable"
    return "slight" if size <= 2 * tolerance else "large"
