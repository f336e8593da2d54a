"""Two clips at once: one processor each, nets of their own."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path

import attrs

from handball.config import ClipSettings, Settings
from handball.domain.performance import Performance
from handball.pipeline.analysis import analyze
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import load_nets
from handball.storage.poses import is_pose_file


def analyze_pair(standard: Path, test: Path, settings: Settings, hooks: Hooks) -> tuple[Performance, Performance]:
    """Analyse the standard and the test side by side; return both, standard first.

    Two nets with one thread each finish sooner than one after the other with two: what lies between
    the runs of a net (decoding, cropping, compressing) then uses both processors as well.

    The same clip on both sides is analysed once. When one of them fails, or the user presses Ctrl+C, the
    other one is stopped at its next picture.

    Raises
    ------
    HandballError
        What is wrong with the clip that failed first.
    """
    if standard.resolve() == test.resolve() and settings.standard == settings.test:
        once = _analyzed(test, settings.test, settings, hooks, threads=2)
        return attrs.evolve(once, path=standard), once
    quiet, shown = hooks.child(silent=True), hooks.child()
    with ThreadPoolExecutor(max_workers=2) as pool:
        first = pool.submit(_analyzed, standard, settings.standard, settings, quiet)
        second = pool.submit(_analyzed, test, settings.test, settings, shown)
        try:
            performances = _both(first, second)
        except BaseException:
            hooks.stop.set()
            raise
    hooks.add(quiet)
    hooks.add(shown)
    return performances


def _both(first: Future[Performance], second: Future[Performance]) -> tuple[Performance, Performance]:
    done, _ = wait((first, second), return_when=FIRST_EXCEPTION)
    for future in (first, second):
        if future in done:
            future.result()
    return first.result(), second.result()


def _analyzed(path: Path, clip: ClipSettings, settings: Settings, hooks: Hooks, threads: int = 1) -> Performance:
    nets = None
    if not is_pose_file(path):
        with hooks.stage("load"):
            nets = load_nets(settings, threads=threads)
    return analyze(path, clip, settings, hooks, nets)
