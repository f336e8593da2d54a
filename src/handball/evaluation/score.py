"""One number for a whole throw: 100 for no difference, falling smoothly with every fault."""

from __future__ import annotations

import math
from collections.abc import Sequence

from handball.domain.assessment import Finding
from handball.errors import ArmNotVisibleError


def reliability(finding: Finding) -> float:
    """Return from 0 to 1 how well a difference of one tolerance would show; independent of the difference.

    Examples
    --------
    >>> finding = Finding(name="right_elbow_angle", unit="deg", reference=90, performance=95, difference=5,
    ...     tolerance=15, uncertainty=15, verdict="not_distinguishable")
    >>> reliability(finding)
    0.5
    """
    return finding.tolerance**2 / (finding.tolerance**2 + finding.uncertainty**2)


def fault_score(finding: Finding, scale: float) -> float:
    """Return 0..1 for one quantity: a bell curve of the difference in tolerances, `scale` its width.

    After SPEC 7.6 with a wider bell: a difference of one tolerance, which is still fine, costs
    little, and no modest fault falls to zero.
    """
    return math.exp(-0.5 * (finding.difference / (scale * finding.tolerance)) ** 2)


def overall_score(findings: Sequence[Finding], weights: Sequence[float], scale: float) -> float:
    """Return the score from 0 to 100: the weighted mean over everything that can be measured.

    Weights are importance times reliability. Neither depends on the difference, so a greater
    difference can never raise the score.

    Raises
    ------
    ArmNotVisibleError
        When nothing at all can be compared.
    """
    kept = [(f, w * reliability(f)) for f, w in zip(findings, weights, strict=True) if f.verdict != "not_measurable"]
    total = math.fsum(weight for _, weight in kept)
    if total <= 0:
        raise ArmNotVisibleError(
            "None of the angles can be compared: each is missing or too uncertain in one of the two clips; "
            "film the whole body from the side, closer and at a higher frame rate."
        )
    lost = math.fsum(weight * (1 - fault_score(finding, scale)) for finding, weight in kept)
    return min(max(100 * (1 - lost / total), 0.0), 100.0)
