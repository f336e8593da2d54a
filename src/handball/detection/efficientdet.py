"""EfficientDet-Lite0 on COCO, for people and balls (Tan et al., CVPR 2020)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.domain.boxes import Boxes
from handball.inference.session import TfliteSession
from handball.stages import Picture

INPUT_SIZE = 320
PERSON, BALL = 0, 36
"""Classes of the net, whose numbers begin at 0: a person and a sports ball."""
_ANCHOR_SCALE = 3.0
_ASPECTS = ((1.0, 1.0), (1.4, 0.7), (0.7, 1.4))
_SCORES, _OFFSETS = "StatefulPartitionedCall:1", "StatefulPartitionedCall:0"


def anchors() -> NDArray[np.float64]:
    """Anchor boxes (cy, cx, h, w) of levels 3 to 7 as shares of the picture, shape (19206, 4)."""
    levels = []
    for level in range(3, 8):
        stride = 2**level
        cells = -(-INPUT_SIZE // stride)
        centers = (np.arange(cells) + 0.5) * stride
        shapes = np.array(
            [
                (_ANCHOR_SCALE * stride * 2 ** (octave / 3) * h, _ANCHOR_SCALE * stride * 2 ** (octave / 3) * w)
                for octave in range(3)
                for w, h in _ASPECTS
            ]
        )
        cy, cx = np.meshgrid(centers, centers, indexing="ij")
        middle = np.stack([cy.ravel(), cx.ravel()], axis=1)
        both = np.concatenate(
            [np.repeat(middle, len(shapes), axis=0), np.tile(shapes, (len(middle), 1))],
            axis=1,
        )
        levels.append(both)
    return np.concatenate(levels) / INPUT_SIZE


def suppressed(xyxy: NDArray[np.float64], scores: NDArray[np.float64], most_overlap: float) -> NDArray[np.int64]:
    """Non-maximum suppression: rows to keep, best first."""
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size:
        best, rest = order[0], order[1:]
        kept.append(int(best))
        order = rest[overlap(xyxy[best][None], xyxy[rest])[0] <= most_overlap]
    return np.array(kept, dtype=np.int64)


def overlap(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intersection over union of all pairs of boxes, shape (len(first), len(second))."""
    corner = np.maximum(first[:, None, :2], second[None, :, :2])
    opposite = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.prod(np.clip(opposite - corner, 0, None), axis=-1)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=-1) for boxes in (first, second)]
    union = areas[0][:, None] + areas[1][None, :] - shared
    ratio: NDArray[np.float64] = shared / np.maximum(union, 1e-9)
    return ratio


class EfficientDetDetector:
    """Find what belongs to one class, people if none is given, with EfficientDet-Lite0 (a `Detector`)."""

    def __init__(
        self, session: TfliteSession, *, kind: int = PERSON, least_score: float = 0.3, most_overlap: float = 0.55
    ) -> None:
        self._session = session
        self._kind = kind
        self._least_score = least_score
        self._most_overlap = most_overlap
        self._anchors = anchors()

    def __call__(self, picture: Picture) -> Boxes:
        """Return what there is in an RGB picture, best first, boxes in its pixels."""
        height, width = picture.shape[:2]
        small = cv2.resize(picture, (INPUT_SIZE, INPUT_SIZE), interpolation=cv2.INTER_AREA)
        outputs = self._session.run(small[None])
        scores = outputs[_SCORES][0, :, self._kind].astype(np.float64)
        likely = np.flatnonzero(scores >= self._least_score)
        xyxy = _decoded(outputs[_OFFSETS][0, likely], self._anchors[likely]) * [width, height, width, height]
        xyxy = np.clip(xyxy, 0, [width, height, width, height])
        kept = suppressed(xyxy, scores[likely], self._most_overlap)
        return Boxes(xyxy=xyxy[kept], scores=np.clip(scores[likely][kept], 0, 1))


def _decoded(offsets: NDArray[np.float32], near: NDArray[np.float64]) -> NDArray[np.float64]:
    center = offsets[:, :2] * near[:, 2:] + near[:, :2]
    half = np.exp(offsets[:, 2:]) * near[:, 2:] / 2
    yxyx = np.concatenate([center - half, center + half], axis=1)
    boxes: NDArray[np.float64] = yxyx[:, [1, 0, 3, 2]].astype(np.float64)
    return boxes
