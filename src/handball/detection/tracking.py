"""Link boxes of single pictures to tracks of people: overlap, assignment, and a little inertia."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.detection.efficientdet import overlap
from handball.domain.boxes import Boxes, BoxTrack

LONGEST_LOSS_S = 0.8
_LEAST_OVERLAP = 0.15


@attrs.define
class _Growing:
    number: int
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

    def add(self, frame: int, time: float, boxes: Boxes) -> tuple[int, ...]:
        """Add the boxes of the next picture; return the number of the track of each box."""
        lost = [track for track in self._running if time - track.times[-1] > LONGEST_LOSS_S]
        self._ended += lost
        self._running = [track for track in self._running if track not in lost]
        taken: dict[int, int] = {}
        if self._running and len(boxes):
            expected = np.stack([track.expected(time) for track in self._running])
            shared = overlap(expected, boxes.xyxy)
            for row, column in _matched(shared):
                if shared[row, column] >= _LEAST_OVERLAP:
                    self._grow(self._running[row], frame, time, boxes, int(column))
                    taken[int(column)] = self._running[row].number
        for new in sorted(set(range(len(boxes))) - set(taken)):
            track = _Growing(number=self._next_number(), frames=[], times=[], xyxy=[], scores=[])
            self._grow(track, frame, time, boxes, new)
            self._running.append(track)
            taken[new] = track.number
        return tuple(taken[column] for column in range(len(boxes)))

    def _next_number(self) -> int:
        return 1 + max((track.number for track in self._ended + self._running), default=0)

    def tracks(self, least_boxes: int = 3) -> tuple[BoxTrack, ...]:
        """Return the tracks with enough boxes, in the order of their appearance."""
        long = [track for track in self._ended + self._running if len(track.frames) >= least_boxes]
        return tuple(
            BoxTrack(
                number=track.number,
                frames=np.array(track.frames),
                xyxy=np.stack(track.xyxy),
                scores=np.array(track.scores),
            )
            for track in sorted(long, key=lambda track: track.number)
        )

    @staticmethod
    def _grow(track: _Growing, frame: int, time: float, boxes: Boxes, column: int) -> None:
        track.frames.append(frame)
        track.times.append(time)
        track.xyxy.append(boxes.xyxy[column])
        track.scores.append(float(boxes.scores[column]))


def _matched(shared: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Match rows to columns so that the sum is largest; (row, column) pairs."""
    if len(shared) > shared.shape[1]:
        return [(row, column) for column, row in _matched(shared.T)]
    best = shared.argmax(axis=1)
    if len(set(best.tolist())) == len(best):
        # each row gets its largest value: no other match has a larger sum
        return list(enumerate(best.tolist()))
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to load, and seldom asked for

    rows, columns = linear_sum_assignment(-shared)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def within_shot(track: BoxTrack, first: int, last: int) -> BoxTrack:
    """Return the part of a track that lies in the frames first..last (it may be empty)."""
    inside = (track.frames >= first) & (track.frames <= last)
    return attrs.evolve(track, frames=track.frames[inside], xyxy=track.xyxy[inside], scores=track.scores[inside])
