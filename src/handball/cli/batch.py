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
from handball.cli.rig_clips import analyze_rig_clips, check_rig_clips
from handball.cli.standards import build_or_load, check_standards
from handball.config import ClipSettings, Settings
from handball.domain.performance import Notice, Performance
from handball.domain.standard import Standard
from handball.errors import HandballError, ModelError, UsageError
from handball.inference.cache import present_models
from handball.languages.catalog import load_catalog
from handball.pipeline import (
    Hooks,
    Nets,
    analyze_pair,
    analyze_throws,
    assess,
    freeze_standard,
    load_nets,
    write_results,
)
from handball.pipeline.outputs import REPORT, clear_unfinished, is_done
from handball.reporting.summary import SummaryLabels, summary_rows, write_summary
from handball.storage.files import check_writable, new_folder
from handball.storage.poses import READ_SUFFIXES, is_pose_file
from handball.storage.rigs import load_rig
from handball.storage.standards import is_standard_file

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".mts", ".m2ts", ".ts", ".3gp", ".wmv", ".mpg", ".mpeg", ".gif"}
)
INPUTS = ".inputs.json"
_SUMMARY_WORDS = ("title", "file", "score", "first_tip", "warnings", "error", "no_tip")
Tell = Callable[[str], None]
Outcome = tuple[Path, Path | HandballError]
"""A clip and the folder of its results, or what went wrong."""


@attrs.frozen(kw_only=True)
class Task:
    """The clips of one athlete, one or several, and where the results go."""

    clips: tuple[Path, ...]
    folder: Path

    @property
    def name(self) -> str:
        """What is being worked on, for a progress bar."""
        return self.clips[0].name


_MISSING = "learner's clip is missing: name a file, a folder or a pattern before --standard"


def found_clips(tests: Sequence[str], missing: str = _MISSING) -> list[Path]:
    """Return the clips that files, folders and patterns name, in order and without doubles.

    `missing` says what to do where nothing is named.

    Raises
    ------
    UsageError
        When nothing is named, or a folder or pattern holds no clip.
    """
    if not tests or not all(tests):
        raise UsageError(f"The {missing}.")
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
        tasks.append(Task(clips=(clip,), folder=out / (name if taken[name] == 1 else f"{name}_{taken[name]}")))
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
    same_athlete: bool = False,
) -> int:
    """Evaluate every clip, or all of them as one athlete's; return how many failed.

    Raises
    ------
    HandballError
        When the standard, the only clip or all of them fail: nothing is left behind then.
    """
    if draft := load_catalog(settings.language).draft:
        complain(draft)
    clips = found_clips(tests)
    alone = same_athlete or settings.rig is not None or clips == [Path(tests[0])]
    check_there(clips if alone else ())
    if settings.rig is not None:
        check_rig_clips(clips, standards, load_rig(settings.rig), several=same_athlete)
    settings = check_standards(standards, settings)
    check_writable(out)
    check_videos(clips if alone else ())
    bench = _Bench(standards, settings, alone=alone, complain=complain)
    if alone:
        return bench.run(Task(clips=tuple(clips), folder=out), force, tell)
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
        results.append((task.clips[0], outcome))
        if isinstance(outcome, HandballError):
            complain(str(outcome))
    return results


def _summary_labels(language: str) -> SummaryLabels:
    catalog = load_catalog(language)
    words = {name: catalog.text(f"summary.{name}") for name in _SUMMARY_WORDS}
    return SummaryLabels(language=language, decimal_point=catalog.number(0.5, 1)[1], **words)


class _Bench:
    """The standard and the nets, made ready once and only when a clip needs them."""

    def __init__(self, standards: Sequence[Path], settings: Settings, *, alone: bool, complain: Tell) -> None:
        self._standards = standards
        self._settings = settings
        self._alone = alone
        self._complain = complain
        self._nets: Nets | None = None
        self._standard: Standard | None = None

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

    def run(self, task: Task, force: bool, tell: Tell) -> int:
        """Evaluate one task unless that is done already, say where its report is, return how many clips failed."""
        inputs = _inputs(task.clips, self._standards, self._settings)
        if not force and is_done(task.folder, inputs):
            clear_unfinished(task.folder)
            tell(f"Report: {task.folder / REPORT} (done before, nothing has changed; --force does it again)")
            return 0
        with shown_progress(task.name) as hooks:
            standard, performances, failed = self._all(task, hooks)
            assessment = assess(standard, performances, self._settings, hooks)
            assessment = attrs.evolve(assessment, notices=(*assessment.notices, *map(_left_out, failed)))
            # what a clip failed in may be mended without a change of the clip: such a result is never "done before"
            kept = inputs if not failed else None
            report = write_results(assessment, task.folder, self._settings, hooks, inputs=kept)
        tell(f"Report: {report}")
        return len(failed)

    def _all(self, task: Task, hooks: Hooks) -> tuple[Standard, list[Performance], list[Path]]:
        if self._side_by_side(task):
            reference, performance = analyze_pair(self._standards[0], task.clips[0], self._settings, hooks)
            self._standard = freeze_standard([reference], self._settings, hooks, whole=True)
            return self._standard, [performance], []
        standard = self._ready(hooks)
        performances, failed = self._throws(task.clips, hooks)
        return standard, performances, failed

    def _side_by_side(self, task: Task) -> bool:
        """Whether there is just one throw on either side, so that both can be analysed at once."""
        if self._settings.rig is not None:
            return False
        single = self._settings.test.throw == self._settings.standard.throw == "best"
        fresh = self._standard is None and not any(map(is_standard_file, self._standards))
        return self._alone and single and fresh and len(self._standards) == len(task.clips) == 1

    def _ready(self, hooks: Hooks) -> Standard:
        if self._standard is None:
            self._standard = build_or_load(self._standards, self._settings, hooks, self._analyze)
        return self._standard

    def _throws(self, clips: Sequence[Path], hooks: Hooks) -> tuple[list[Performance], list[Path]]:
        """Analyse the throws of all clips; one of several that fails is complained about."""
        if self._settings.rig is not None:
            return list(analyze_rig_clips(clips, self._settings.test, self._settings, hooks)), []
        found: list[Performance] = []
        failed: list[Path] = []
        for path in clips:
            try:
                found += self._analyze(path, self._settings.test, hooks)
            except ModelError:
                raise
            except HandballError as error:
                if len(clips) == 1:
                    raise
                self._complain(str(error))
                failed.append(path)
        if not found:
            raise UsageError(f"None of the {len(clips)} clips could be evaluated.")
        return found, failed

    def _analyze(self, path: Path, clip: ClipSettings, hooks: Hooks) -> tuple[Performance, ...]:
        if self._nets is None and not is_pose_file(path):
            with hooks.stage("load"):
                self._nets = load_nets(self._settings)
        return analyze_throws(path, clip, self._settings, hooks, self._nets)


def _left_out(path: Path) -> Notice:
    return Notice(key="clip_left_out", values=(("name", path.name),))


def _inputs(clips: Sequence[Path], standards: Sequence[Path], settings: Settings) -> str:
    """Describe what a result was made from: the same text means that nothing has changed."""
    files = []
    for path in (*clips, *standards, *((settings.rig,) if settings.rig is not None else ())):
        stat = path.stat() if path.exists() else None
        files.append([str(path), stat.st_size if stat else 0, stat.st_mtime_ns if stat else 0])
    document = {
        "version": __version__,
        "files": files,
        "settings": settings.model_dump(mode="json"),
        "techniques": settings.techniques_text,
        "nets": present_models(),
    }
    text = json.dumps(document, sort_keys=True)
    return json.dumps({"sha256": hashlib.sha256(text.encode()).hexdigest(), **document}, indent=1)
