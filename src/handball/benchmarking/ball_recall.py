"""How many balls a ball net finds, by the ball's looks and the light, and how often it sees one where there is none."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from jaxtyping import Bool

from handball.benchmarking.intervals import Share, share_of
from handball.synthesis.hall import LIGHTINGS
from handball.synthesis.labeled_crops import UNKNOWN, LabeledCrops


@attrs.frozen(kw_only=True)
class Recall:
    """Balls found among those of one skin in one light."""

    skin: int
    lighting: str
    found: Share


@attrs.frozen(kw_only=True)
class BallRecall:
    """What a ball net says of one kind of crops.

    Attributes
    ----------
    right, recall, false_alarms
        Crops told rightly; balls found; crops without a ball in which one is seen.
    cells
        Balls found by skin and light, where these are known.
    """

    name: str
    right: Share
    recall: Share
    false_alarms: Share
    cells: tuple[Recall, ...]

    def to_text(self) -> str:
        """Return a few lines; intervals are Wilson's, 95 %."""
        lines = [
            f"{self.name}: {_percent(self.right)} of {self.right.of} crops right, {_percent(self.recall)} of "
            f"{self.recall.of} balls found, one seen in {_percent(self.false_alarms)} of {self.false_alarms.of} without"
        ]
        for cell in self.cells:
            lines.append(f"  ball {cell.skin + 1}, {cell.lighting}: {_percent(cell.found)} of {cell.found.of} found")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """Return the same as numbers: hits, of how many, and the interval."""
        return {
            "right": _numbers(self.right),
            "recall": _numbers(self.recall),
            "false_alarms": _numbers(self.false_alarms),
            "cells": [
                {"skin": cell.skin, "lighting": cell.lighting, "found": _numbers(cell.found)} for cell in self.cells
            ],
        }


def ball_recall(name: str, crops: LabeledCrops, said: Bool[np.ndarray, " crops"]) -> BallRecall:
    """Count what a net that says "ball" for some crops does rightly."""
    ball = crops.ball
    skins = sorted(set(crops.skin[ball].tolist()) - {UNKNOWN})
    cells = [
        Recall(
            skin=skin, lighting=lighting, found=share_of(said[ball & (crops.skin == skin) & (crops.lighting == light)])
        )
        for skin in skins
        for light, lighting in enumerate(LIGHTINGS)
    ]
    return BallRecall(
        name=name,
        right=share_of(said == ball),
        recall=share_of(said[ball]),
        false_alarms=share_of(said[~ball]),
        cells=tuple(cells),
    )


def _percent(share: Share) -> str:
    low, high = share.interval
    return f"{100 * share.value:.1f} % ({100 * low:.1f} to {100 * high:.1f})" if share.of else "none"


def _numbers(share: Share) -> dict[str, Any]:
    bounds = [round(bound, 4) for bound in share.interval] if share.of else None
    return {"hits": share.hits, "of": share.of, "interval": bounds}
