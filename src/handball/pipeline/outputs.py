"""Write everything that an evaluation gives into one folder, all or nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from handball import __version__
from handball.config import Settings
from handball.domain.assessment import Assessment
from handball.languages.catalog import Catalog, load_catalog
from handball.pipeline.facts import version_facts
from handball.pipeline.hooks import Hooks
from handball.reporting.angles_csv import write_angles_csv
from handball.reporting.evaluation_json import evaluation_document, write_evaluation_json
from handball.reporting.html import render_report
from handball.reporting.html.facts import notice_texts
from handball.reporting.side_by_side import SideBySideLabels, write_side_by_side
from handball.storage.files import new_folder, output_error
from handball.storage.poses import save_pose

REPORT = "report.html"
EVALUATION = "evaluation.json"
FILM = "side_by_side.mp4"
ANGLES = "angles.csv"
INPUTS = ".inputs.json"
RESULTS = (REPORT, EVALUATION, FILM, ANGLES, "test.npz", "test.trc", "standard.npz", "standard.trc")
_UNFINISHED = ".unfinished-"


def is_done(folder: Path, inputs: str) -> bool:
    """Tell whether a folder holds every file of a result that was made from these inputs."""
    try:
        return (folder / INPUTS).read_text(encoding="utf-8") == inputs and all(
            (folder / name).is_file() for name in RESULTS
        )
    except (OSError, UnicodeDecodeError):
        return False


def write_results(
    assessment: Assessment, folder: Path, settings: Settings, hooks: Hooks, *, inputs: str | None = None
) -> Path:
    """Write report, JSON, CSV, poses and film into a folder; return the path of the report.

    Everything is written inside the folder under another name first and moved when it is complete, so that
    an interrupted run leaves an earlier result as it was. What the result was made from is removed first
    and written last: a run that is killed between two moves is never taken for a finished one.

    Parameters
    ----------
    inputs
        Text that describes what the result was made from, for `is_done`.

    Raises
    ------
    OutputError
        When the folder cannot be written or the disk is full.
    """
    catalog = load_catalog(settings.language).reworded(settings.words)
    with new_folder(folder):
        try:
            clear_unfinished(folder)
            with tempfile.TemporaryDirectory(dir=folder, prefix=_UNFINISHED) as name:
                unfinished = Path(name)
                _write_all(assessment, unfinished, catalog, settings, hooks)
                if inputs is not None:
                    (unfinished / INPUTS).write_text(inputs, encoding="utf-8")
                _move_in(unfinished, folder)
        except OSError as error:
            raise output_error(folder, error) from error
    return folder / REPORT


def clear_unfinished(folder: Path) -> None:
    """Remove what a run that was killed could not clean up behind itself."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left)


def _move_in(unfinished: Path, folder: Path) -> None:
    (folder / INPUTS).unlink(missing_ok=True)
    for path in sorted(unfinished.iterdir(), key=lambda path: path.name == INPUTS):
        path.replace(folder / path.name)


def _write_all(assessment: Assessment, folder: Path, catalog: Catalog, settings: Settings, hooks: Hooks) -> None:
    with hooks.stage("film"):
        names = [moment.name for moment in assessment.key_actions]
        write_side_by_side(assessment, folder / FILM, labels=SideBySideLabels.from_catalog(catalog, names))
    with hooks.stage("files"):
        write_angles_csv(assessment, folder / ANGLES)
        for role, clip in (("standard", assessment.standard.reference), ("test", assessment.performance)):
            body = clip.body.mirrored() if clip.hand == "left" else clip.body
            save_pose(body, folder / f"{role}.npz", picture=clip.picture_pose, raw=clip.raw_pose)
            save_pose(body, folder / f"{role}.trc")
    with hooks.stage("report"):
        facts = version_facts(settings)
        (folder / REPORT).write_text(
            render_report(assessment, settings.language, facts, words=settings.words), encoding="utf-8"
        )
    document = evaluation_document(
        assessment,
        timing={stage: round(seconds, 3) for stage, seconds in hooks.seconds.items()},
        advice_texts=[_cue(catalog, advice.key) for advice in assessment.advice],
        notice_texts=_warnings(assessment, catalog),
        version=__version__,
        praise_text=_cue(catalog, assessment.praise.key) if assessment.praise else None,
    )
    write_evaluation_json(document, folder / EVALUATION)


def _warnings(assessment: Assessment, catalog: Catalog) -> list[str]:
    """Say what must be known about the comparison, then about each clip."""
    told = list(notice_texts(assessment.notices, catalog))
    sides = [("standard", clip) for clip in assessment.standard.clips] + [("test", assessment.performance)]
    for role, clip in sides:
        told += [catalog.text(f"notices.{role}_clip", text=text) for text in notice_texts(clip.notices, catalog)]
    return list(dict.fromkeys(told))


def _cue(catalog: Catalog, key: str) -> str:
    return catalog.text(f"advice.{key}.cue")
