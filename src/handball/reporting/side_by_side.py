"""Coach and learner in one film: in step by the alignment, same size, same floor, same hand, skeletons on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KEY_ACTION_NAMES, KeyActionName
from handball.domain.assessment import Assessment
from handball.drawing.colors import BACKDROP, FLOOR, INK, PAPER, PERFORMANCE, STANDARD, VERDICT_UNSURE, Color
from handball.drawing.jpeg import decode_jpeg
from handball.drawing.labels import draw_label, draw_text, text_width
from handball.drawing.placing import Placement
from handball.drawing.skeleton import draw_skeleton
from handball.drawing.strokes import draw_dot, draw_line
from handball.drawing.video_writing import open_video_writer
from handball.languages.catalog import Catalog
from handball.reporting.figures import HEAD_JOINTS, Figure, build_figure, build_placements
from handball.reporting.timeline import Timeline, build_timeline

WIDTH, HEIGHT = 960, 540
RATE_HZ = 30.0
_HEADER, _FOOTER = 42, 58
_PANEL = (WIDTH // 2, HEIGHT - _HEADER - _FOOTER)
_NAME_SIZE = 16
_GROUND: Color = (52, 58, 67)
_BAR = (24, WIDTH - 24, HEIGHT - 36)
"""Left end, right end and height of the time bar."""


@attrs.frozen(kw_only=True)
class SideBySideLabels:
    """The words in the film."""

    standard: str
    performance: str
    key_actions: Mapping[KeyActionName, str]
    decimal_point: str = "."

    @classmethod
    def from_catalog(
        cls, catalog: Catalog, key_actions: Iterable[KeyActionName] = KEY_ACTION_NAMES
    ) -> SideBySideLabels:
        """Take the words from the tables of a language, among them those for the key actions of the film."""
        return cls(
            standard=catalog.text("page.coach"),
            performance=catalog.text("page.learner"),
            key_actions={name: catalog.text(f"key_action.{name}.name") for name in key_actions},
            decimal_point=catalog.text("format.decimal"),
        )

    def key_action(self, name: KeyActionName) -> str:
        """Return the word for a key action."""
        return self.key_actions[name]

    def seconds(self, time: float) -> str:
        """Write a time with the decimal point of the language."""
        return f"{time:.2f} s".replace(".", self.decimal_point)


def write_side_by_side(assessment: Assessment, path: Path, *, labels: SideBySideLabels) -> Path:
    """Write the film of a standard (left) and a performance (right) as MP4, 960 x 540 at 30 frames a second.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    film = Film(assessment, labels)
    with open_video_writer(path, RATE_HZ) as writer:
        for first, count in film.runs():
            writer.write(film.picture(first), repeats=count)
    return path


class Film:
    """The pictures of the film, by frame number; each picture of a clip is decoded once."""

    def __init__(self, assessment: Assessment, labels: SideBySideLabels) -> None:
        clips = (assessment.standard.reference, assessment.performance)
        columns = assessment.alignment.path.T
        rows = tuple(slice(int(column[0]), int(column[-1]) + 1) for column in columns)
        figures = tuple(build_figure(clip, part, clips[0].hand) for clip, part in zip(clips, rows, strict=True))
        placements = build_placements((figures[0], figures[1]), (rows[0], rows[1]), _PANEL)
        self.timeline = build_timeline(assessment, RATE_HZ)
        self._path = assessment.alignment.path
        self._times = tuple(clip.body.times for clip in clips)
        self._panels = tuple(Panel(figure, places) for figure, places in zip(figures, placements, strict=True))
        self._labels = labels
        self._backdrop = _backdrop(self.timeline, labels)

    def __len__(self) -> int:
        return len(self.timeline.steps)

    def runs(self) -> list[tuple[int, int]]:
        """Return (first frame, count) of each run of frames that look alike."""
        held = [self.timeline.key_action_at(frame) or "" for frame in range(len(self))]
        changes = np.flatnonzero((np.diff(self.timeline.steps) != 0) | (np.array(held[1:]) != np.array(held[:-1]))) + 1
        firsts = [0, *changes.tolist()]
        return [(first, last - first) for first, last in zip(firsts, [*firsts[1:], len(self)], strict=True)]

    def picture(self, frame: int) -> NDArray[np.uint8]:
        """Draw one frame of the film, RGB, shape (540, 960, 3)."""
        canvas = self._backdrop.copy()
        rows = self._path[self.timeline.steps[frame]]
        for side, (panel, row) in enumerate(zip(self._panels, rows, strict=True)):
            left = side * _PANEL[0]
            canvas[_HEADER : _HEADER + _PANEL[1], left : left + _PANEL[0]] = panel.picture(int(row))
            time = self._labels.seconds(float(self._times[side][row]))
            draw_text(canvas, time, (left + _PANEL[0] - 20, 28), size=19, anchor="right")
        draw_line(canvas, (WIDTH / 2, 0), (WIDTH / 2, _HEADER + _PANEL[1]), INK, 2)
        self._draw_state(canvas, frame)
        return canvas

    def _draw_state(self, canvas: NDArray[np.uint8], frame: int) -> None:
        left, right, y = _BAR
        x = left + (right - left) * frame / max(len(self) - 1, 1)
        draw_line(canvas, (left, y), (x, y), PAPER, 4)
        draw_dot(canvas, (x, y), 6, PAPER)
        speed = f"{1 / self.timeline.slowness[frame]:.2g}×".replace(".", self._labels.decimal_point)
        name = self.timeline.key_action_at(frame)
        text, background = (speed, BACKDROP) if name is None else (self._labels.key_action(name), INK)
        draw_label(canvas, text, (WIDTH / 2, 72), size=20 if name else 15, background=background, anchor="center")


class Panel:
    """One half of the film: the picture of a row with its skeleton; the last one is kept."""

    def __init__(self, figure: Figure, placements: tuple[Placement, ...]) -> None:
        self._figure = figure
        self._placements = placements
        self._number = -1
        self._decoded: NDArray[np.uint8] | None = None

    def picture(self, row: int) -> NDArray[np.uint8]:
        """Draw a row of the clip on a panel, RGB."""
        figure, place = self._figure, self._placements[row]
        canvas = self._background(row, place)
        floor = place.target[1]
        draw_line(canvas, (0, floor), (_PANEL[0], floor), FLOOR, 1)
        draw_skeleton(canvas, place.points(figure.points[row]), figure.skeleton, figure.hand)
        return canvas

    def _background(self, row: int, place: Placement) -> NDArray[np.uint8]:
        pictures = self._figure.pictures
        if pictures is None:
            return self._hall(row, place)
        number = int(self._figure.numbers[row])
        if self._decoded is None or number != self._number:
            self._number, self._decoded = number, decode_jpeg(pictures.jpegs[number])
        x, y = pictures.to_crop(np.array(place.anchor))
        crop = attrs.evolve(place, anchor=(float(x), float(y)), scale=place.scale / pictures.scale)
        return crop.picture(self._decoded, _PANEL)

    def _hall(self, row: int, place: Placement) -> NDArray[np.uint8]:
        """Draw a plain floor and the head that the skeleton lacks."""
        canvas = np.full((_PANEL[1], _PANEL[0], 3), BACKDROP, np.uint8)
        canvas[round(place.target[1]) :] = _GROUND
        figure = self._figure
        head = figure.points[row, figure.skeleton.indices(HEAD_JOINTS)]
        head = head[~np.isnan(head).any(axis=1)]
        if len(head):
            draw_dot(canvas, place.points(head.mean(axis=0)), 0.055 * figure.height * place.scale, VERDICT_UNSURE)
        return canvas


def _backdrop(timeline: Timeline, labels: SideBySideLabels) -> NDArray[np.uint8]:
    """Draw what no frame changes: the names and the time bar with the key actions."""
    canvas = np.full((HEIGHT, WIDTH, 3), BACKDROP, np.uint8)
    _draw_name(canvas, labels.standard, 0, STANDARD)
    _draw_name(canvas, labels.performance, WIDTH // 2, PERFORMANCE)
    left, right, y = _BAR
    draw_line(canvas, (left, y), (right, y), FLOOR, 4)
    names = [labels.key_action(name) for name, _ in timeline.key_frames]
    marks = [left + (right - left) * frame / max(len(timeline.steps) - 1, 1) for _, frame in timeline.key_frames]
    middles = spread_out(marks, [text_width(name, _NAME_SIZE) for name in names], (left, right))
    for name, mark, middle in zip(names, marks, middles, strict=True):
        draw_line(canvas, (mark, y - 7), (mark, y + 7), VERDICT_UNSURE, 3)
        draw_text(canvas, name, (middle, y + 27), size=_NAME_SIZE, anchor="center")
    return canvas


def spread_out(middles: Sequence[float], widths: Sequence[float], span: tuple[float, float]) -> list[float]:
    """Move the middles of names apart, rising, so that they neither overlap nor leave the span.

    Examples
    --------
    >>> spread_out([0, 40, 45, 98], [20, 20, 20, 20], (0, 200))
    [10.0, 42.0, 74.0, 106.0]
    """
    gap = 12.0
    lefts = [middle - width / 2 for middle, width in zip(middles, widths, strict=True)]
    edge = span[0]
    for number, width in enumerate(widths):
        lefts[number] = max(lefts[number], edge)
        edge = lefts[number] + width + gap
    edge = span[1]
    for number in reversed(range(len(lefts))):
        lefts[number] = min(lefts[number], edge - widths[number])
        edge = lefts[number] - gap
    return [left + width / 2 for left, width in zip(lefts, widths, strict=True)]


def _draw_name(canvas: NDArray[np.uint8], name: str, left: int, color: Color) -> None:
    canvas[:_HEADER, left : left + WIDTH // 2] = color
    draw_text(canvas, name, (left + 20, 28), size=21, weight=700)
