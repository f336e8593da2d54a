"""What was chosen and measured: athlete, hand, rates, rules of the key actions, notices."""

from __future__ import annotations

import attrs
import numpy as np

from handball.domain.action import Measure
from handball.domain.assessment import Assessment
from handball.domain.performance import Notice, Performance
from handball.languages import Catalog
from handball.reporting.html.figures import Picture, Role, Scene, picture_id


@attrs.frozen(kw_only=True)
class AthletePicture:
    """The picture in which the athlete was chosen, with the box in pixels of the crop."""

    picture: Picture
    width: int
    height: int
    box: tuple[int, int, int, int]
    alt: str


@attrs.frozen(kw_only=True)
class KeyRule:
    """How one key action was found, and where the paper's literal rule would have put it."""

    name: str
    place: str
    rule: str
    confidence: str
    literal: str


@attrs.frozen(kw_only=True)
class ClipFacts:
    """One clip in rows of (label, value)."""

    role: Role
    athlete: AthletePicture | None
    rows: tuple[tuple[str, str], ...]
    rules: tuple[KeyRule, ...]
    notices: tuple[str, ...]


def clip_facts(scene: Scene, assessment: Assessment, catalog: Catalog) -> ClipFacts:
    """Gather the facts of one clip."""
    clip = scene.clip
    return ClipFacts(
        role=scene.role,
        athlete=_athlete_picture(scene, catalog),
        rows=(*_who(scene, assessment, catalog), *_standard(scene, assessment, catalog), *_video(clip, catalog)),
        rules=_rules(scene, assessment, catalog),
        notices=notice_texts(clip.notices, catalog),
    )


def notice_texts(notices: tuple[Notice, ...], catalog: Catalog) -> tuple[str, ...]:
    """Put notices into words, each once."""
    return tuple(dict.fromkeys(_notice(notice, catalog) for notice in notices))


def unseen_notices(assessment: Assessment) -> tuple[Notice, ...]:
    """Return what is said of key actions that a clip does not show; it stands where they are looked for."""
    return tuple(notice for notice in assessment.notices if notice.key.startswith("key_action_unseen"))


def _notice(notice: Notice, catalog: Catalog) -> str:
    key = f"notices.{notice.key}"
    if catalog.has(key):
        return catalog.text(key, **{name: _word(catalog, name, value) for name, value in notice.values})
    values = ", ".join(value for _, value in notice.values)
    return f"{_plain(notice.key)} ({values})" if values else _plain(notice.key)


def _word(catalog: Catalog, name: str, value: str) -> str:
    """Translate the value of a notice that is a key action, a hand or an arm slot."""
    if name == "key_action":
        return catalog.text(f"key_action.{value}.name")
    return next((catalog.text(key) for key in (f"hand.{value}", f"arm_slot.{value}") if catalog.has(key)), value)


def _plain(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _named(catalog: Catalog, table: str, key: str) -> str:
    return catalog.text(f"{table}.{key}") if catalog.has(f"{table}.{key}") else _plain(key)


def _chosen_by(catalog: Catalog, rule: str) -> str:
    kind = "number" if rule.isdigit() else "point" if "," in rule else rule
    return _named(catalog, "athlete_rule", kind)


def _who(scene: Scene, assessment: Assessment, catalog: Catalog) -> list[tuple[str, str]]:
    clip = scene.clip
    mirrored = scene.role == "learner" and assessment.mirrored
    hand = catalog.text(f"hand.{clip.hand}") + (f" ({catalog.text('facts.mirrored')})" if mirrored else "")
    rows = [(catalog.text("facts.file"), clip.path.name)]
    if clip.athlete:
        count = {"people": str(clip.athlete.people), "rule": _chosen_by(catalog, clip.athlete.rule)}
        rows.append((catalog.text("facts.athlete"), catalog.text("facts.athlete_value", **count)))
    rows.append((catalog.text("facts.hand"), hand))
    rows.append((catalog.text("facts.arm_slot"), catalog.text(f"arm_slot.{clip.key_actions.arm_slot}")))
    return rows


def _standard(scene: Scene, assessment: Assessment, catalog: Catalog) -> list[tuple[str, str]]:
    """Say what a frozen standard is called and whom it is for."""
    found = assessment.standard
    words = (("name", found.name), ("group", found.group), ("technique", found.technique))
    return [(catalog.text(f"standard.{key}"), word) for key, word in words if word and scene.role == "coach"]


def _video(clip: Performance, catalog: Catalog) -> list[tuple[str, str]]:
    video = clip.video
    if video is None:
        frames, seconds = len(clip.body.frames), float(clip.body.times[-1] - clip.body.times[0])
    else:
        frames, seconds = video.frame_count, video.duration_s
    words = {"frames": str(frames), "seconds": catalog.number(seconds, 2), "rate": catalog.number(clip.rate_hz, 1)}
    rows = [(catalog.text("facts.frames"), catalog.text("facts.frames_value", **words))]
    if video is None:
        return [*rows, (catalog.text("facts.source"), catalog.text("facts.pose_file"))]
    rows += _rig(clip, catalog)
    share = catalog.text("unit.percent", number=catalog.number(100 * video.repeated_share))
    rows.append((catalog.text("facts.repeated"), share))
    if video.slow_motion != 1.0:
        rows.append((catalog.text("facts.slow_motion"), f"{catalog.number(video.slow_motion, 1)}×"))
    if video.variable_rate:
        rows.append((catalog.text("facts.variable_rate"), catalog.text("facts.yes")))
    if video.lost_frames:
        rows.append((catalog.text("facts.lost_frames"), str(video.lost_frames)))
    return rows


def _rig(clip: Performance, catalog: Catalog) -> list[tuple[str, str]]:
    """Say which cameras saw the throw together, how well they agree, and what only they can measure."""
    rig = clip.rig
    if rig is None:
        return []
    cameras = ", ".join(f"{name} ({file})" for name, file in zip(rig.names, rig.files, strict=True))
    later = "; ".join(
        catalog.text(
            "facts.delay_value",
            name=name,
            milliseconds=catalog.number(1000 * delay.seconds, 1),
            sigma=catalog.number(1000 * delay.sigma, 1),
        )
        for name, delay in list(zip(rig.names, rig.delays, strict=True))[1:]
    )
    words = {"pixels": catalog.number(rig.miss_px, 1), "share": catalog.number(100 * rig.seen_share)}
    measures = [_room_measure(one, catalog) for one in rig.measures if np.isfinite(one.value)]
    return [
        (catalog.text("facts.cameras"), cameras),
        (catalog.text("facts.delay"), later),
        (catalog.text("facts.agreement"), catalog.text("facts.agreement_value", **words)),
        (catalog.text("facts.floor"), catalog.text(f"facts.floor_{rig.world}")),
        *measures,
    ]


def _room_measure(measure: Measure, catalog: Catalog) -> tuple[str, str]:
    """Give a number with the interval that holds the true one in 95 of 100 throws."""
    name = catalog.text(f"facts.{measure.name}", moment=catalog.text(f"key_action.{measure.key_action}.name"))
    digits = 2 if measure.unit == "m" else 1
    low, high = measure.value - 2 * measure.sigma, measure.value + 2 * measure.sigma
    value = catalog.text(f"unit.{measure.unit}", number=catalog.number(measure.value, digits))
    return name, catalog.text(
        "facts.interval", value=value, low=catalog.number(low, digits), high=catalog.number(high, digits)
    )


def _rules(scene: Scene, assessment: Assessment, catalog: Catalog) -> tuple[KeyRule, ...]:
    literal = {mark.name: mark for mark in scene.clip.key_actions.literal}

    def place(frame: int, time: float) -> str:
        return catalog.text("facts.place", frame=str(frame), time=catalog.number(time, 2))

    marks = [found.reference if scene.role == "coach" else found.performance for found in assessment.key_actions]
    return tuple(
        KeyRule(
            name=catalog.text(f"key_action.{mark.name}.name"),
            place=place(mark.frame, mark.time),
            rule=_named(catalog, "rule", mark.rule),
            confidence=catalog.text("unit.percent", number=catalog.number(100 * mark.confidence)),
            literal=place(literal[mark.name].frame, literal[mark.name].time) if mark.name in literal else "",
        )
        for mark in marks
    )


def athlete_picture_number(clip: Performance) -> int | None:
    """Return the number of the picture that shows who was chosen."""
    if clip.pictures is None or clip.athlete is None:
        return None
    return clip.pictures.nearest(clip.athlete.frame)


def _athlete_picture(scene: Scene, catalog: Catalog) -> AthletePicture | None:
    number, pictures, athlete = athlete_picture_number(scene.clip), scene.clip.pictures, scene.clip.athlete
    if number is None or pictures is None or athlete is None:
        return None
    corners = pictures.to_crop(np.array(athlete.box_xyxy).reshape(2, 2))
    inset = max(2, pictures.height // 120)
    (x, y), (u, v) = np.clip(corners, inset, np.array([pictures.width, pictures.height]) - inset).round().astype(int)
    return AthletePicture(
        picture=Picture(id=picture_id(scene.role, number), transform=""),
        width=pictures.width,
        height=pictures.height,
        box=(int(x), int(y), max(1, int(u - x)), max(1, int(v - y))),
        alt=catalog.text("facts.athlete_alt", who=catalog.text(f"page.{scene.role}")),
    )
