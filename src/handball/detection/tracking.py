"""Link boxes of single pictures to tracks of people: overlap, assignment, and a little inertia."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from handball.detection.efficientdet import overlap
from handball.domain.boxes import Boxes, BoxTrack

LONGEST_LOSS_S = 0.8
_LEAST_OVERLAP = 0.15


@attrs.define
class _Growing:
    frames: list[int]
    times: list[float]
    xyxy: list[NDArray[np.float64]]
    scores: list[float]

    def expected(self, time: float) -> NDArray[np.float64]:
        """Return where the box should be now: moved on at the speed of its last half second, not resized."""
        if len(self.times) < 3:
            return self.xyxy[-1]
        back = next((k for k in range(len(self.times)) if self.times[-1] - self.times[k] <= 0.5), 0)
        passed = self.times[-1] - self.times[back]
        if passed <= 0:
            return self.xyxy[-1]
        shift = (self.xyxy[-1] - self.xyxy[back]).reshape(2, 2).mean(axis=0) / passed * (time - self.times[-1])
        moved: NDArray[np.float64] = self.xyxy[-1] + np.tile(shift, 2)
        return moved


class TrackLinker:
    """Collects boxes picture by picture and gives one `BoxTrack` a person.

    Boxes are matched to the expected boxes of running tracks by the Hungarian method on their
    overlap (Bewley et al. 2016, SORT); a track survives `LONGEST_LOSS_S` without a box, so that
    somebody who walks through the picture does not end it.
    """

    def __init__(self) -> None:
        self._running: list[_Growing] = []
        self._ended: list[_Growing] = []

    def add(self, frame: int, time: float, boxes: Boxes) -> None:
        """Add the boxes of the next picture."""
        lost = [track for track in self._running if time - track.times[-1] > LONGEST_LOSS_S]
        self._ended += lost
        self._running = [track for track in self._running if track not in lost]
        taken: set[int] = set()
        if self._running and len(boxes):
            expected = np.stack([track.expected(time) for track in self._running])
            shared = overlap(expected, boxes.xyxy)
            for row, column in zip(*linear_sum_assignment(-shared), strict=True):
                if shared[row, column] >= _LEAST_OVERLAP:
                    self._grow(self._running[row], frame, time, boxes, int(column))
                    taken.add(int(column))
        for column in set(range(len(boxes))) - taken:
            track = _Growing(frames=[], times=[], xyxy=[], scores=[])
            self._grow(track, frame, time, boxes, column)
            self._running.append(track)

    def cut(self) -> None:
        """End all tracks: the next picture belongs to another shot."""
        self._ended += self._running
        self._running = []

    def tracks(self, least_boxes: int = 3) -> tuple[BoxTrack, ...]:
        """Return the tracks with enough boxes, in the order of their first frame."""
        long = [track for track in self._ended + self._running if len(track.frames) >= least_boxes]
        long.sort(key=lambda track: (track.frames[0], -track.scores[0]))
        return tuple(
            BoxTrack(number=number, frames=track.frames, xyxy=np.stack(track.xyxy), scores=track.scores)
            for number, track in enumerate(long, 1)
        )

    @staticmethod
    def _grow(track: _Growing, frame: int, time: float, boxes: Boxes, column: int) -> None:
        track.frames.append(frame)
        track.times.append(time)
        track.xyxy.append(boxes.xyxy[column])
        track.scores.append(float(boxes.scores[column]))
