"""How long a whole evaluation takes, beside the pose net alone on as many pictures, in the same run."""

from __future__ import annotations

import json
import platform
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import attrs
import numpy as np

from handball import __version__
from handball.acquisition import scan_video
from handball.config import Settings
from handball.errors import UsageError
from handball.inference.cache import model_path
from handball.inference.session import TfliteSession
from handball.pipeline import Hooks, analyze_pair, build_standard, compare, write_results


@attrs.frozen(kw_only=True)
class PipelineBenchmark:
    """Medians over the repeats, in seconds.

    `stages` are summed over both clips, which are analysed side by side on two processors: they add
    up to more than `whole`.
    """

    pictures: int
    repeats: int
    whole: float
    net_alone: float
    stages: tuple[tuple[str, float], ...]
    machine: str
    date: str

    @property
    def ratio(self) -> float:
        """Whole evaluation over the net alone on as many pictures."""
        return self.whole / self.net_alone

    def to_table(self) -> str:
        """Return a table in Markdown."""
        lines = [
            f"{self.pictures} pictures, median of {self.repeats}, {self.machine}, {self.date}",
            "",
            "| stage | s | of the net alone |",
            "| --- | --- | --- |",
        ]
        rows = [*self.stages, ("whole evaluation", self.whole), ("pose net alone", self.net_alone)]
        lines += [f"| {name} | {seconds:.2f} | {seconds / self.net_alone:.2f} |" for name, seconds in rows]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return all numbers as JSON."""
        return json.dumps({**attrs.asdict(self), "ratio": self.ratio, "handball_version": __version__}, indent=1)


def run(test: Path, standard: Path, *, repeats: int = 3) -> PipelineBenchmark:
    """Evaluate a pair several times; each time run the pose net alone on as many pictures right after.

    The first evaluation warms up files and nets and is not counted.

    Raises
    ------
    HandballError
        When a clip cannot be evaluated, or both are the same, which would be analysed only once.
    """
    if test.resolve() == standard.resolve():
        raise UsageError(f"The benchmark needs two clips, and {test} was given twice: name another one.")
    pictures = sum(scan_video(path).video.frame_count for path in (test, standard))
    evaluate_once(test, standard)
    runs = [(*evaluate_once(test, standard), net_alone(pictures)) for _ in range(repeats)]
    names = sorted({name for _, stages, _ in runs for name in stages})
    medians = {name: statistics.median(stages.get(name, 0.0) for _, stages, _ in runs) for name in names}
    return PipelineBenchmark(
        pictures=pictures,
        repeats=repeats,
        whole=statistics.median(whole for whole, _, _ in runs),
        net_alone=statistics.median(alone for _, _, alone in runs),
        stages=_longest_first(tuple(medians.items())),
        machine=f"{platform.machine()} {platform.system()}, Python {platform.python_version()}",
        date=datetime.now(UTC).date().isoformat(),
    )


def evaluate_once(test: Path, standard: Path) -> tuple[float, dict[str, float]]:
    """Evaluate one pair into a temporary folder; return the seconds in all and by stage."""
    settings, hooks = Settings(), Hooks()
    begin = time.perf_counter()
    reference, performance = analyze_pair(standard, test, settings, hooks)
    assessment = compare(build_standard([reference], hooks), performance, settings, hooks)
    with tempfile.TemporaryDirectory() as folder:
        write_results(assessment, Path(folder), settings, hooks)
    return time.perf_counter() - begin, hooks.seconds


def net_alone(pictures: int) -> float:
    """Seconds that the heavy pose net takes for so many inputs with two threads, nothing else around it."""
    session = TfliteSession(model_path("blazepose_heavy"), 2)
    picture = np.random.default_rng(1).random(session.input.shape, dtype=np.float32)
    session.run(picture)
    begin = time.perf_counter()
    for _ in range(pictures):
        session.run(picture)
    return time.perf_counter() - begin


def _longest_first(stages: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(stages, key=lambda stage: -stage[1]))
