"""Clips of different views are compared only in what both can show."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from handball.capture.likeness import angles_apart, without_angles
from handball.capture.view import views_apart
from handball.domain.assessment import Assessment
from handball.domain.capture import View
from handball.domain.performance import Notice, Performance


def compared_in_like_views(
    reference: Performance, performance: Performance, evaluated: Callable[[Performance], Assessment]
) -> Assessment:
    """Evaluate a performance without the angles that its view shows otherwise than the reference's.

    The assessment keeps the performance with all its angles, and says in a notice that some were not compared.
    """
    first, second = _view(reference), _view(performance)
    apart = views_apart(first, second) if first is not None and second is not None else None
    if apart is None:
        return evaluated(performance)
    names = angles_apart(first, second)
    assessment = evaluated(attrs.evolve(performance, angles=without_angles(performance.angles, names)))
    notice = Notice(key="views_apart", values=(("degrees", f"{apart:.0f}"),))
    shown = attrs.evolve(assessment.performance, angles=performance.angles)
    return attrs.evolve(assessment, performance=shown, notices=(notice, *assessment.notices))


def _view(performance: Performance) -> View | None:
    return performance.capture.measures.view if performance.capture is not None else None
