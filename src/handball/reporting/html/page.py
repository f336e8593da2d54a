"""Render the report: one HTML file with everything inside, that asks the network for nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from handball.domain.assessment import Assessment
from handball.languages import Catalog, load_catalog
from handball.reporting.html.budget import Wanted, wanted, within_budget
from handball.reporting.html.capture import capture_blocks
from handball.reporting.html.card import report_card
from handball.reporting.html.facts import athlete_picture_number, clip_facts, notice_texts, unseen_notices
from handball.reporting.html.faults import fault_rows
from handball.reporting.html.figures import Role, Scene, picture_id
from handball.reporting.html.instants import shown_instants, top_subject
from handball.reporting.html.moments import Pairs
from handball.reporting.html.peaks import build_peaks, build_tempo
from handball.reporting.html.player import beyond_the_path, data_uri, player_data
from handball.reporting.html.repeated import coach_name, learner_name, repeated_throws
from handball.reporting.html.stage import build_stage

DEFAULT_BYTE_BUDGET = 14_000_000
_RESERVE = 60_000
"""Bytes kept back for the tags around the pictures."""
_NO_WORDS: Mapping[str, str] = MappingProxyType({})
_STYLES = ("base.css", "figures.css", "player.css", "throws.css", "faults.css", "card.css", "capture.css", "print.css")
_SCRIPTS = ("scene.js", "player.js", "curves.js", "start.js")


def render_report(
    assessment: Assessment,
    language: str,
    version_facts: tuple[tuple[str, str], ...],
    *,
    byte_budget: int = DEFAULT_BYTE_BUDGET,
    words: Mapping[str, str] = _NO_WORDS,
) -> str:
    """Render an assessment as one self-contained page.

    Parameters
    ----------
    assessment
        What to show.
    language
        Code of a language that has tables.
    version_facts
        (name, version) of what measured, for the last section.
    byte_budget
        Size to stay under. Pictures of the player are thinned out evenly until they fit; the
        pictures of the key actions always stay.
    words
        Texts of the language tables in a coach's own words, by their keys.

    Returns
    -------
    str
        The whole HTML document.

    Raises
    ------
    UsageError
        For a language without tables.
    """
    catalog = load_catalog(language).reworded(words)
    reference, performance = assessment.standard.reference, assessment.performance
    stage = build_stage(reference, performance, assessment.alignment, beyond_the_path(assessment))
    scenes = {
        "coach": Scene(role="coach", clip=reference, actor=stage.reference, stage=stage, pictures=()),
        "learner": Scene(role="learner", clip=performance, actor=stage.performance, stage=stage, pictures=()),
    }
    bare = len(_fill(assessment, catalog, scenes, version_facts).encode())
    return _fill(
        assessment, catalog, _with_pictures(assessment, catalog, scenes, byte_budget - bare - _RESERVE), version_facts
    )


def _with_pictures(assessment: Assessment, catalog: Catalog, scenes: dict[str, Scene], budget: int) -> dict[str, Scene]:
    """Choose the pictures of both clips that fit the budget."""
    asked = {role: _wanted(assessment, catalog, scene) for role, scene in scenes.items()}
    filmed = {role: want for role, want in asked.items() if want is not None}
    chosen = dict(zip(filmed, within_budget(tuple(filmed.values()), budget), strict=True))
    return {
        role: Scene(
            role=scene.role, clip=scene.clip, actor=scene.actor, stage=scene.stage, pictures=chosen.get(role, ())
        )
        for role, scene in scenes.items()
    }


def _wanted(assessment: Assessment, catalog: Catalog, scene: Scene) -> Wanted | None:
    clip = scene.clip
    if clip.pictures is None or scene.actor.placement is None:
        return None
    marks = [found.reference if scene.role == "coach" else found.performance for found in assessment.key_actions]
    shown = shown_instants(assessment, top_subject(assessment), catalog)
    frames = {mark.frame for mark in marks} | {shown[0 if scene.role == "coach" else 1].frame}
    side = 0 if scene.role == "coach" else 1
    rows = np.append(assessment.alignment.path[:, side], [pair[side] for pair in beyond_the_path(assessment)]).astype(
        int
    )
    found = wanted(clip.pictures, frames, int(clip.body.frames[rows.min()]), int(clip.body.frames[rows.max()]))
    athlete = athlete_picture_number(clip)
    extra = frozenset() if athlete is None else frozenset({athlete})
    return Wanted(pictures=found.pictures, needed=found.needed | extra, first=found.first, last=found.last)


def _fill(
    assessment: Assessment, catalog: Catalog, scenes: dict[str, Scene], version_facts: tuple[tuple[str, str], ...]
) -> str:
    coach, learner = scenes["coach"], scenes["learner"]
    pairs = Pairs(assessment=assessment, catalog=catalog, reference=coach, performance=learner)
    style, script = _asset(*_STYLES), _asset(*_SCRIPTS)
    data = player_data(assessment, catalog, coach, learner)
    return _environment().get_template("report.html.jinja").render(
        t=catalog.text,
        language=catalog.language,
        draft=catalog.draft,
        assessment=assessment,
        names=_names(assessment, catalog),
        clips=len(assessment.standard.clips),
        top=pairs.top(),
        throws=repeated_throws(assessment, catalog),
        rows=pairs.rows(),
        unseen=notice_texts(unseen_notices(assessment), catalog),
        numbered=_numbered(assessment, catalog),
        faults=fault_rows(assessment, catalog),
        card=report_card(assessment, catalog),
        capture=capture_blocks(assessment, catalog),
        whole=pairs.whole(),
        peaks=build_peaks(assessment, catalog),
        facts=tuple(clip_facts(scene, assessment, catalog) for scene in (coach, learner)),
        notices=notice_texts(assessment.notices, catalog),
        version_facts=version_facts,
        score=catalog.number(assessment.score),
        distance=catalog.number(assessment.alignment.distance, 3),
        tempo=build_tempo(assessment, catalog),
        images=[image for scene in scenes.values() for image in _images(scene)],
        data=Markup(_json(data)),  # noqa: S704 - `_json` escapes what could end the element
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=_policy(style, script),
    )  # fmt: skip


def _names(assessment: Assessment, catalog: Catalog) -> dict[Role, str]:
    return {"coach": coach_name(assessment, catalog), "learner": learner_name(assessment, catalog)}


def _numbered(assessment: Assessment, catalog: Catalog) -> str:
    """Say which key action has which number."""
    names = (catalog.text(f"key_action.{found.name}.name") for found in assessment.key_actions)
    return ", ".join(f"{number} {name}" for number, name in enumerate(names, start=1))


def _images(scene: Scene) -> list[tuple[str, int, int, str]]:
    pictures = scene.clip.pictures
    if pictures is None:
        return []
    return [
        (picture_id(scene.role, number), pictures.width, pictures.height, data_uri(pictures.jpegs[number]))
        for number in scene.pictures
    ]


def _json(data: dict[str, Any]) -> str:
    """Write data so that it can stand inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _policy(style: str, script: str) -> str:
    """Allow what stands in the page itself, and nothing from anywhere else."""

    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii") + "'"

    return (
        f"default-src 'none'; img-src data:; style-src {digest(style)}; script-src {digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _asset(*names: str) -> str:
    folder = files("handball.reporting.html") / "assets"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("handball.reporting.html", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
