"""What `handball ball` prints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from handball.domain.ball import BallTrack
from handball.domain.ball_in_space import BallInSpace
from handball.domain.live import LiveRun

ENOUGH_HZ = 120.0
"""What the camera of a rig gives."""
_KEPT_FROM = 0.98
"""Share of pictures from which on it counts as keeping pace."""


def track_lines(track: BallTrack) -> list[str]:
    """Say in how many pictures the ball was seen, and when it left the hand."""
    count, seen, bridged = len(track), int(track.seen.sum()), int(track.bridged.sum())
    if not track.known.any():
        return [
            f"no ball was found in {count} pictures: film closer, in more light, with a shorter exposure, "
            "or with a ball that stands out"
        ]
    lines = [f"ball seen in {seen} of {count} pictures, filled in between in {bridged}, not known in "
             f"{count - seen - bridged}"]  # fmt: skip
    if track.release is None or track.first_free is None:
        return [*lines, "release: not found"]
    release, frame = track.release, track.frames[track.first_free]
    return [*lines, f"release: {release.time:.3f} s (± {release.sigma_s:.3f}), before frame {frame}"]


def live_second(run: LiveRun) -> str:
    """Say on one line how it went since the line before."""
    return (
        f"{run.kept_hz:6.1f} Hz, {run.mean_latency * 1e3:6.1f} ms (95 % within {run.latency(95) * 1e3:.1f}), "
        f"{run.lost} dropped, {_last_place(run)}"
    )


def live_lines(run: LiveRun, *, is_file: bool) -> list[str]:
    """Say how it went in all, and whether this machine keeps pace."""
    seen = int(run.seen.sum())
    return [
        f"pictures of {run.size[0]} x {run.size[1]}: {len(run)} looked at, {run.lost} dropped",
        f"rate: {run.kept_hz:.1f} Hz of {run.offered_hz:.1f} Hz that came",
        f"latency: mean {run.mean_latency * 1e3:.1f} ms, 50 % within {run.latency(50) * 1e3:.1f}, 95 % within "
        f"{run.latency(95) * 1e3:.1f}, 99 % within {run.latency(99) * 1e3:.1f}",
        f"ball seen in {seen} of {len(run)} pictures; in the last one: {_last_place(run)}",
        *_verdict(run, is_file),
    ]


def live_document(run: LiveRun) -> dict[str, Any]:
    """Return how it went in all, for JSON."""
    latencies = {f"p{percent}": run.latency(percent) * 1e3 for percent in (50, 95, 99)}
    rows = np.flatnonzero(run.seen)
    last = run.circles[rows[-1]].tolist() if len(rows) else None
    return {
        "size": list(run.size),
        "wanted_hz": round(run.wanted_hz, 2),
        "offered_hz": round(run.offered_hz, 2),
        "kept_hz": round(run.kept_hz, 2),
        "kept_pace": _kept_pace(run),
        "pictures": len(run),
        "dropped": run.lost,
        "latency_ms": {name: round(value, 2) for name, value in {"mean": run.mean_latency * 1e3, **latencies}.items()},
        "ball": {
            "seen": len(rows),
            "last": dict(zip(("x_px", "y_px", "radius_px"), [round(value, 1) for value in last], strict=True))
            if last
            else None,
        },
    }


def fell_behind(run: LiveRun) -> bool:
    """Whether fewer pictures came than the camera, or the video that plays it, was to give."""
    return run.offered_hz < _KEPT_FROM * run.wanted_hz


def space_lines(space: BallInSpace | None) -> list[str]:
    """Say how often several cameras saw the ball, where it was last, and how fast at most; why not, without any."""
    if space is None:
        return [
            "ball in space: not told, for the videos played slower here than they were filmed; give smaller ones, or "
            "close other programs"
        ]
    rows = np.flatnonzero(space.seen)
    seen = f"ball in space in {len(rows)} of {len(space.times)} pictures of the first camera"
    if not len(rows):
        return [f"{seen}: no two cameras saw it at the same time"]
    x, y, z = space.positions[rows[-1]]
    lines = [f"{seen}; last at x {x:.2f}, y {y:.2f}, z {z:.2f} m (± {space.sigma[rows[-1]].max():.2f})"]
    fastest = f"fastest over 0.1 s: {space.speed:.1f} m/s (± {space.speed_sigma:.1f})"
    return [*lines, fastest] if np.isfinite(space.speed) else lines


def space_document(space: BallInSpace | None) -> dict[str, Any] | None:
    """Return the same for JSON."""
    if space is None:
        return None
    rows = np.flatnonzero(space.seen)
    known = np.isfinite(space.speed)
    return {
        "pictures": len(space.times),
        "seen": len(rows),
        "last_m": space.positions[rows[-1]].round(3).tolist() if len(rows) else None,
        "speed_mps": round(space.speed, 2) if known else None,
        "speed_sigma_mps": round(space.speed_sigma, 2) if known else None,
    }


def _verdict(run: LiveRun, is_file: bool) -> Iterator[str]:
    kept = f"kept {min(run.kept_hz, run.wanted_hz):.0f} of {run.wanted_hz:.0f} pictures a second"
    if _kept_pace(run):
        yield kept
        if run.wanted_hz < _KEPT_FROM * ENOUGH_HZ:
            how = "play it at --rate 120" if is_file else "ask the camera for --rate 120"
            yield f"whether this machine keeps 120 a second is not measured: {how}"
        return
    slow = fell_behind(run)
    if run.kept_hz < _KEPT_FROM * run.offered_hz or not slow:
        yield (
            f"{kept}: this machine needs longer for a picture than the next one takes to come; take smaller pictures "
            f"(--size {run.size[0] // 2}x{run.size[1] // 2}), close other programs, or film at a lower rate"
        )
    if slow:
        why = (
            "reading it takes too long here; play a file of smaller pictures"
            if is_file
            else "cameras slow down in little light and with large pictures; set its exposure shorter, its size smaller"
        )
        yield f"only {run.offered_hz:.0f} of {run.wanted_hz:.0f} pictures a second came: {why}"


def _kept_pace(run: LiveRun) -> bool:
    return run.kept_hz >= _KEPT_FROM * run.wanted_hz


def _last_place(run: LiveRun) -> str:
    if not run.seen[-1]:
        return "no ball"
    x, y, radius = run.circles[-1].tolist()
    return f"ball at {x:.0f}, {y:.0f} (radius {radius:.0f} pixels)"
