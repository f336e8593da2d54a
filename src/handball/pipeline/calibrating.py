"""From folders of images or from videos of a board to a calibrated rig and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

from handball.domain.rig import Rig
from handball.errors import InvalidRigError, UsageError
from handball.pipeline.board_clips import clip_sightings
from handball.pipeline.board_images import ImageSets, camera_names, gray_image, image_files, image_sets
from handball.pipeline.hooks import Hooks
from handball.stereo.boards import Board
from handball.stereo.calibration import Calibration, calibrated
from handball.stereo.corners import Corners, board_seen_as, find_corners
from handball.stereo.judging import Finding, Light, findings, verdict
from handball.stereo.precision import Precision, precision
from handball.stereo.sightings import Sightings
from handball.stereo.worlds import floor_world

_LOOKS_AT_SIZE = 3


@attrs.frozen(kw_only=True)
class CalibrationRun:
    """A calibration, its rig in the world that was asked for, and what it is worth."""

    calibration: Calibration
    rig: Rig
    precision: Precision
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]

    @property
    def verdict(self) -> Light:
        """The worst light of all findings."""
        return verdict(self.findings)


def calibrate(
    sources: Sequence[str],
    board: Board,
    *,
    known: Rig | None = None,
    delays: Sequence[float] | None = None,
    floor: float | None = None,
    distance: float = 5.0,
    hooks: Hooks | None = None,
) -> CalibrationRun:
    """Calibrate two or more cameras by a board.

    Parameters
    ----------
    sources
        A folder of images, a pattern or a video for each camera.
    board
        What they show.
    known
        A rig whose lenses are kept.
    delays
        Seconds to add to the clock of each camera.
    floor
        Number of the image, or second of the video, in which the board lay on the floor.
    distance
        Metres from the first camera to the athlete.
    hooks
        Told of the progress.

    Raises
    ------
    UsageError
        When the sources or options do not go together.
    InvalidRigError
        When the pictures do not suffice.
    """
    hooks = hooks or Hooks()
    names = known.names if known is not None else camera_names(sources)
    given = tuple(delays) if delays is not None else known.delays if known is not None else (0.0,) * len(sources)
    _check_counts(sources, names, given)
    sightings, notes = _sightings(sources, names, board, given, floor, hooks)
    if known is not None:
        _check_sizes(known, sightings)
    lying = None if floor is None else _moment(sightings, floor)
    found = calibrated(board, sightings, known=known, delays=given)
    rig = found.rig if lying is None else floor_world(found.rig, found.board_of(lying))
    worth = precision(found, distance)
    return CalibrationRun(
        calibration=found, rig=rig, precision=worth, findings=findings(found, worth), notes=tuple(notes)
    )


def _moment(sightings: Sightings, floor: float) -> int:
    """Return the row of the moment that a user names."""
    if floor not in sightings.numbers:
        known = ", ".join(f"{number:g}" for number in sightings.numbers)
        raise UsageError(f"--floor {floor:g}: the board is not seen there, expected one of {known}.")
    return sightings.numbers.index(floor)


def _check_counts(sources: Sequence[str], names: Sequence[str], delays: Sequence[float]) -> None:
    if len(sources) < 2:
        raise UsageError(f"A rig has two cameras or more, found {len(sources)}: name a folder or video for each.")
    if len(names) != len(sources):
        raise UsageError(f"--intrinsics has {len(names)} cameras, expected {len(sources)}, one for each source.")
    if len(delays) != len(sources):
        raise UsageError(f"--delays has {len(delays)} numbers, expected {len(sources)}, one for each camera.")


def _check_sizes(known: Rig, sightings: Sightings) -> None:
    for camera, size in zip(known.cameras, sightings.image_sizes, strict=True):
        if tuple(camera.image_size) != tuple(size):
            raise InvalidRigError(
                f"{camera.name}: pictures of {size[0]} x {size[1]}, but --intrinsics is for "
                f"{camera.image_size[0]} x {camera.image_size[1]}: film in the same mode, or calibrate the lens anew."
            )


def _sightings(
    sources: Sequence[str],
    names: Sequence[str],
    board: Board,
    delays: Sequence[float],
    floor: float | None,
    hooks: Hooks,
) -> tuple[Sightings, list[str]]:
    images = [bool(image_files(source)) for source in sources]
    if any(images) and not all(images):
        raise UsageError("Images for one camera and a video for another: give the same kind for all.")
    if all(images):
        sets = image_sets(sources, names)
        sightings, missed = _image_sightings(sets, board, hooks)
        return sightings, [*sets.notes, *missed]
    sightings = clip_sightings([Path(source) for source in sources], names, board, delays, hooks, also=floor)
    if not sightings.labels:
        raise InvalidRigError(
            f"No moment shows the {board.words} to two cameras at once: hold it where both see it whole, and check "
            "--board (it counts inner corners), --kind and --delays."
        )
    return sightings, []


def _image_sightings(sets: ImageSets, board: Board, hooks: Hooks) -> tuple[Sightings, list[str]]:
    sizes: list[tuple[int, int] | None] = [None] * len(sets.names)
    found: list[list[Corners | None]] = []
    notes = []
    for number, files in enumerate(sets.moments):
        row: list[Corners | None] = []
        for camera, path in enumerate(files):
            row.append(_found(path, board, sizes, camera) if path else None)
            if path and row[-1] is None:
                notes.append(f"{sets.names[camera]}: no board found in {path.name}.")
        found.append(row)
        hooks.progress("board", number + 1, len(sets.moments))
    _check_any_found(sets, found, board)
    bare = np.full((board.columns * board.rows, 2), np.nan)
    pixels = [[one.pixels if one else bare for one in row] for row in found]
    edges = [[one.edge_px if one else np.nan for one in row] for row in found]
    sightings = Sightings(
        names=sets.names,
        image_sizes=tuple(size for size in sizes if size is not None),
        labels=sets.labels,
        numbers=tuple(float(number) for number in sets.numbers),
        pixels=np.array(pixels).swapaxes(0, 1),
        edges_px=np.array(edges).T,
    )
    return sightings, notes


def _found(path: Path, board: Board, sizes: list[tuple[int, int] | None], camera: int) -> Corners | None:
    picture = gray_image(path)
    size = (picture.shape[1], picture.shape[0])
    expected = sizes[camera] or size
    if size != expected:
        raise InvalidRigError(
            f"{path} has {size[0]} x {size[1]} pixels, the images before it {expected[0]} x {expected[1]}: a lens is "
            "calibrated for one size, take out those of the other."
        )
    sizes[camera] = size
    return find_corners(picture, board)


def _check_any_found(sets: ImageSets, found: Sequence[Sequence[Corners | None]], board: Board) -> None:
    """Refuse a camera that never shows the board, and say which board it shows instead."""
    for camera, name in enumerate(sets.names):
        if any(row[camera] for row in found):
            continue
        files = [files[camera] for files in sets.moments]
        looked = [gray_image(path) for path in files if path][:_LOOKS_AT_SIZE]
        other = next((seen for seen in (board_seen_as(picture, board) for picture in looked) if seen), None)
        advice = (
            _named_instead(other, board)
            if other is not None
            else "check --board (it counts inner corners, not squares) and --kind, and that the whole board is in view"
        )
        raise InvalidRigError(f"{name}: no image shows a {board.words}; {advice}.")


def _named_instead(seen: Board, board: Board) -> str:
    size = f"{seen.columns}x{seen.rows}"
    kind = "" if seen.kind == board.kind else f" --kind {seen.kind}"
    return (
        f"a {seen.kind} of {size} inner corners is there: --board {size}{kind} (it counts inner corners, not squares)"
    )
