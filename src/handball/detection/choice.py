"""Which of the people in the pictures is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from handball.domain.boxes import BoxTrack
from handball.errors import NoAthleteError, UsageError

RULES = ("auto", "largest", "moving", "center")
_POINT = re.compile(r"(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)")


def check_rule(rule: str) -> str:
    """Return the rule unchanged, or raise `UsageError` when it is none."""
    if rule in RULES or rule.isdigit() or _POINT.fullmatch(rule):
        return rule
    raise UsageError(
        f"athlete is '{rule}', expected one of {', '.join(RULES)}, the number of a person (1, 2 ...) "
        "or a point in the picture such as 640,360."
    )


def chosen_track(
    tracks: Sequence[BoxTrack], rule: str, size: tuple[int, int], throw_scores: Mapping[int, float]
) -> BoxTrack:
    """Choose one person.

    Parameters
    ----------
    tracks
        Everybody who was found.
    rule
        `auto` (the fastest hand relative to the body), `largest`, `moving` (the longest way in own
        heights), `center`, the number of a track, or `X,Y` in pixels.
    size
        Width and height of the picture in pixels.
    throw_scores
        For each track number how much its best moment looks like a throw.

    Raises
    ------
    NoAthleteError
        When there is nobody, or not the one who was asked for.
    """
    if not tracks:
        raise NoAthleteError(
            "No person was found in the pictures: film the whole body, upright, at least a quarter of the picture high."
        )
    if rule.isdigit():
        return _numbered(tracks, int(rule))
    point = _POINT.fullmatch(rule)
    if point:
        return _at_point(tracks, float(point[1]), float(point[2]))
    middle = np.array(size) / 2
    measure = {
        "auto": lambda track: throw_scores.get(track.number, 0.0),
        "largest": lambda track: float(np.median(track.areas)) * len(track),
        "moving": _way_in_heights,
        "center": lambda track: -float(np.median(np.linalg.norm(track.centers - middle, axis=1))),
    }[rule]
    return max(tracks, key=measure)


def _way_in_heights(track: BoxTrack) -> float:
    heights = track.xyxy[:, 3] - track.xyxy[:, 1]
    return float(np.linalg.norm(np.ptp(track.centers, axis=0)) / np.median(heights))


def _numbered(tracks: Sequence[BoxTrack], number: int) -> BoxTrack:
    for track in tracks:
        if track.number == number:
            return track
    found = ", ".join(str(track.number) for track in tracks)
    raise NoAthleteError(f"There is no person number {number}: found {found}. Choose one of these, or a point X,Y.")


def _at_point(tracks: Sequence[BoxTrack], x: float, y: float) -> BoxTrack:
    """Take the smallest person whose box holds the point, at the earliest frame where one does."""
    hits = []
    for track in tracks:
        inside = (track.xyxy[:, 0] <= x) & (x <= track.xyxy[:, 2]) & (track.xyxy[:, 1] <= y) & (y <= track.xyxy[:, 3])
        if inside.any():
            row = int(np.argmax(inside))
            hits.append((int(track.frames[row]), float(track.areas[row]), track.number, track))
    if not hits:
        raise NoAthleteError(f"Nobody stands at {x:g},{y:g} at any time: give a point on the athlete's body in pixels.")
    return min(hits, key=lambda hit: hit[:3])[3]
