"""One athlete at one moment as a drawing: picture, skeleton, the joint concerned, and its number."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.performance import Performance
from handball.domain.skeleton import BODY_23
from handball.reporting.html.arrows import Arrow, find_arrow
from handball.reporting.html.highlights import Highlight, find_highlight
from handball.reporting.html.stage import Actor, Stage, View

Role = Literal["coach", "learner"]
BoneSide = Literal["other", "middle", "throwing"]
_FACE = frozenset({"nose", "left_ear", "right_ear", "left_eye", "right_eye"})


@attrs.frozen(kw_only=True)
class Bone:
    """Columns of the two joints of a bone and the side it belongs to."""

    first: int
    last: int
    side: BoneSide


def _bone(first: str, last: str) -> Bone:
    sides = {name.partition("_")[0] for name in (first, last)}
    side: BoneSide = "middle" if len(sides) > 1 else "throwing" if sides == {"right"} else "other"
    return Bone(first=BODY_23.index(first), last=BODY_23.index(last), side=side)


_ORDER = {"other": 0, "middle": 1, "throwing": 2}
BONES: tuple[Bone, ...] = tuple(
    sorted(
        (_bone(*bone) for bone in BODY_23.bones if not _FACE & set(bone)),
        key=lambda bone: _ORDER[bone.side],
    )
)
"""Bones that are drawn, those of the throwing side last, so that they lie on top."""


@attrs.frozen(kw_only=True)
class Picture:
    """One embedded picture: its place in the document and where it stands on the stage."""

    id: str
    transform: str


@attrs.frozen(kw_only=True)
class Subject:
    """What a figure speaks of: an angle or measure with its number.

    `grey` where that is not certain; `wanted` says whether it has to grow (1) or shrink (-1), 0 where it is fine.
    """

    name: str
    label: str
    grey: bool
    wanted: int = 0


@attrs.frozen(kw_only=True)
class Figure:
    """Everything that the template draws of one athlete at one moment.

    `bones` holds SVG path data for each side; `head` is center and radius for a figure without a picture.
    """

    role: Role
    view: View
    picture: Picture | None
    bones: tuple[tuple[BoneSide, str], ...]
    head: tuple[int, int, int] | None
    highlight: Highlight | None
    label: str
    arrow: str
    caption: str
    alt: str
    grey: bool


@attrs.frozen(kw_only=True)
class Scene:
    """An athlete with the stage and the numbers of the pictures that are embedded."""

    role: Role
    clip: Performance
    actor: Actor
    stage: Stage
    pictures: tuple[int, ...]

    def picture(self, row: int) -> Picture | None:
        """Return the embedded picture nearest to a row; None where there are none."""
        placement = self.actor.placement
        if placement is None or self.clip.pictures is None or not self.pictures:
            return None
        frames = self.clip.pictures.frames[list(self.pictures)]
        number = self.pictures[int(np.argmin(np.abs(frames - self.clip.body.frames[row])))]
        return Picture(id=picture_id(self.role, number), transform=placement.transform)

    def figure(self, row: int, view: View, subject: Subject | None, *, caption: str, alt: str) -> Figure:
        """Draw the athlete at a row and mark the joint of the subject."""
        joints = self.actor.joints[row]
        wanted = subject.wanted if subject else 0
        arrow = find_arrow(subject.name, joints, wanted > 0, self.actor.toward) if subject and wanted else None
        return Figure(
            role=self.role,
            view=view,
            picture=self.picture(row),
            bones=_bone_paths(joints),
            head=_head(joints) if self.actor.placement is None else None,
            highlight=_framed(find_highlight(subject.name, joints), arrow, view) if subject else None,
            label=subject.label if subject else "",
            arrow=arrow.path if arrow else "",
            caption=caption,
            alt=alt,
            grey=subject is not None and subject.grey,
        )


def picture_id(role: Role, number: int) -> str:
    """Name an embedded picture.

    Examples
    --------
    >>> picture_id("coach", 3)
    'coach-3'
    """
    return f"{role}-{number}"


def _framed(marks: Highlight | None, arrow: Arrow | None, view: View) -> Highlight | None:
    """Keep the number off the arrow and inside the view."""
    if marks is None:
        return None
    label = arrow.beside(marks.label) if arrow else marks.label
    x = int(np.clip(label[0], view.left + 150, view.left + view.width - 150))
    y = int(np.clip(label[1], 110 - view.top, view.height - view.top - 60))
    return attrs.evolve(marks, label=(x, y))


def _bone_paths(joints: NDArray[np.float64]) -> tuple[tuple[BoneSide, str], ...]:
    paths: dict[BoneSide, str] = {"other": "", "middle": "", "throwing": ""}
    for bone in BONES:
        ends = joints[[bone.first, bone.last]]
        if np.isfinite(ends).all():
            (x, y), (u, v) = ends
            paths[bone.side] += f"M{x:.0f} {y:.0f}L{u:.0f} {v:.0f}"
    return tuple((side, path) for side, path in paths.items() if path)


def _head(joints: NDArray[np.float64]) -> tuple[int, int, int] | None:
    face = joints[[BODY_23.index(name) for name in sorted(_FACE)]]
    there = face[np.isfinite(face).all(axis=1)]
    if not len(there):
        return None
    x, y = there.mean(axis=0)
    return round(float(x)), round(float(y)), 62
