"""Several throws against one standard: which files, which folders, what is done, what goes wrong."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from handball import __version__
from handball.cli.options import check_there, check_videos
from handball.cli.progress import shown_progress
from handball.config import ClipSettings, Settings
from handball.domain.performance import Performance
from handball.domain.standard import StandardAction
from handball.errors import HandballError, ModelError, UsageError
from handball.inference.cache import present_models
from handball.languages.catalog import load_catalog
from handball.pipeline import Hooks, Nets, analyze, analyze_pair, build_standard, compare, load_nets, write_results
from handball.pipeline.outputs import REPORT, clear_unfinished, is_done
from handball.reporting.summary import SummaryLabels, summary_rows, write_summary
from handball.storage.files import check_writable, new_folder
from handball.storage.poses import READ_SUFFIXES, is_pose_file

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mts", ".m2ts", ".ts", ".3gp", ".wmv", ".mpg", ".mpeg", ".gif"}
)
INPUTS = ".inputs.json"
_SUMMARY_WORDS = ("title", "file", "score", "first_tip", "warnings", "error", "nothing_to_correct")
Tell = Callable[[str], None]
Outcome = tuple[Path, Path | HandballError]
"""A clip and the folder of its results, or what went wrong."""


@attrs.frozen(kw_only=True)
class Task:
    """One learner's clip and where its results go."""

    clip: Path
    folder: Path


def found_clips(tests: Sequence[str]) -> list[Path]:
    """Return the clips that files, folders and patterns name, in order and without doubles.

    Raises
    ------
    UsageError
        When nothing is named, or a folder or pattern holds no clip.
    """
    if not tests or not all(tests):
        raise UsageError("The learner's clip is missing: name a file, a folder or a pattern before --standard.")
    clips: list[Path] = []
    for text in tests:
        path = Path(text)
        if path.is_dir():
            inside = _clips_in(path)
            if not inside:
                raise UsageError(f"The folder {path} holds no clip: expected videos or pose files such as throw.mp4.")
            clips += inside
        elif any(sign in text for sign in "*?[") and not path.exists():
            inside = sorted(Path(path.anchor).glob(str(path.relative_to(path.anchor))))
            if not inside:
                raise UsageError(f"No file matches {text}: check the pattern and the folder.")
            clips += inside
        else:
            clips.append(path)
    return list(dict.fromkeys(clips))


def _clips_in(folder: Path) -> list[Path]:
    """Return the files of a folder whose names end like those of clips; hidden ones are of the system."""
    try:
        names = sorted(folder.iterdir())
    except OSError as error:
        raise UsageError(f"The folder {folder} cannot be read ({error.strerror}): check its permissions.") from error
    known = VIDEO_SUFFIXES | set(READ_SUFFIXES)
    return [path for path in names if path.suffix.lower() in known and path.name[0] != "." and not path.is_dir()]


def planned_tasks(clips: Sequence[Path], out: Path) -> list[Task]:
    """Give each clip a folder of its own, named after the file."""
    names = Counter(clip.stem for clip in clips)
    tasks, taken = [], Counter[str]()
    for clip in clips:
        name = clip.stem if names[clip.stem] == 1 else clip.name.replace(".", "_")
        taken[name] += 1
        tasks.append(Task(clip=clip, folder=out / (name if taken[name] == 1 else f"{name}_{taken[name]}")))
    return tasks


def evaluate_all(
    tests: Sequence[str],
    standards: Sequence[Path],
    out: Path,
    settings: Settings,
    *,
    force: bool,
    tell: Tell,
    complain: Tell,
) -> int:
    """Evaluate every clip; return how many failed.

    Raises
    ------
    HandballError
        When the standard, the only clip or all of them fail: nothing is left behind then.
    """
    load_catalog(settings.language)
    clips = found_clips(tests)
    alone = clips == [Path(tests[0])]
    check_there(clips if alone else ())
    check_there(standards, "--standard ")
    check_writable(out)
    check_videos((*standards, *(clips if alone else ())))
    bench = _Bench(standards, settings, alone=alone)
    if alone:
        bench.run(Task(clip=clips[0], folder=out), force, tell)
        return 0
    with new_folder(out):
        results = _outcomes(bench, planned_tasks(clips, out), force, tell, complain)
        failures = sum(isinstance(outcome, HandballError) for _, outcome in results)
        if failures == len(results):
            raise UsageError(f"None of the {failures} clips could be evaluated; no summary is written.")
        _, page = write_summary(summary_rows(results), out, _summary_labels(settings.language))
    tell(f"Summary: {page} ({len(results) - failures} done, {failures} failed)")
    return failures


def _outcomes(bench: _Bench, tasks: Sequence[Task], force: bool, tell: Tell, complain: Tell) -> list[Outcome]:
    results: list[Outcome] = []
    for task in tasks:
        outcome = bench.outcome(task, force, tell)
        results.append((task.clip, outcome))
        if isinstance(outcome, HandballError):
            complain(str(outcome))
    return results


def _summary_labels(language: str) -> SummaryLabels:
    catalog = load_catalog(language)
    words = {name: catalog.text(f"summary.{name}") for name in _SUMMARY_WORDS}
    return SummaryLabels(language=language, decimal_point=catalog.number(0.5, 1)[1], **words)


class _Bench:
    """The standard and the nets, made ready once and only when a clip needs them."""

    def __init__(self, standards: Sequence[Path], settings: Settings, *, alone: bool) -> None:
        self._standards = standards
        self._settings = settings
        self._alone = alone
        self._nets: Nets | None = None
        self._standard: StandardAction | None = None

    def outcome(self, task: Task, force: bool, tell: Tell) -> Path | HandballError:
        """Evaluate one of several clips; return its folder, or what went wrong."""
        try:
            self.run(task, force, tell)
        except ModelError:
            raise
        except HandballError as error:
            if self._standard is None:
                raise
            return error
        return task.folder

    def run(self, task: Task, force: bool, tell: Tell) -> None:
        """Evaluate one clip unless that is done already, and say where its report is."""
        inputs = _inputs(task.clip, self._standards, self._settings)
        if not force and is_done(task.folder, inputs):
            clear_unfinished(task.folder)
            tell(f"Report: {task.folder / REPORT} (done before, nothing has changed; --force does it again)")
            return
        tell(f"Report: {self.evaluate(task, inputs)}")

    def evaluate(self, task: Task, inputs: str) -> Path:
        """Evaluate one clip; return the path of its report."""
        with shown_progress(task.clip.name) as hooks:
            standard, performance = self._both(task, hooks)
            assessment = compare(standard, performance, self._settings, hooks)
            return write_results(assessment, task.folder, self._settings, hooks, inputs=inputs)

    def _both(self, task: Task, hooks: Hooks) -> tuple[StandardAction, Performance]:
        if self._alone and self._standard is None and len(self._standards) == 1:
            reference, performance = analyze_pair(self._standards[0], task.clip, self._settings, hooks)
            self._standard = build_standard([reference], hooks)
            return self._standard, performance
        standard = self._ready(hooks)
        return standard, self._analyze(task.clip, self._settings.test, hooks)

    def _ready(self, hooks: Hooks) -> StandardAction:
        if self._standard is None:
            clips = [self._analyze(path, self._settings.standard, hooks) for path in self._standards]
            self._standard = build_standard(clips, hooks)
        return self._standard

    def _analyze(self, path: Path, clip: ClipSettings, hooks: Hooks) -> Performance:
        if self._nets is None and not is_pose_file(path):
            with hooks.stage("load"):
                self._nets = load_nets(self._settings)
        return analyze(path, clip, self._settings, hooks, self._nets)


def _inputs(clip: Path, standards: Sequence[Path], settings: Settings) -> str:
    """Describe what a result was made from: the same text means that nothing has changed."""
    files = []
    for path in (clip, *standards):
        stat = path.stat() if path.exists() else None
        files.append([str(path), stat.st_size if stat else 0, stat.st_mtime_ns if stat else 0])
    document = {
        "version": __version__,
        "files": files,
        "settings": settings.model_dump(mode="json"),
        "nets": present_models(),
    }
    text = json.dumps(document, sort_keys=True)
    return json.dumps({"sha256": hashlib.sha256(text.encode()).hexdigest(), **document}, indent=1)
