"""Images of a board from folders and patterns, and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.errors import UsageError

Gray = NDArray[np.uint8]

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".pgm", ".webp")
_SHOWN = 5


@attrs.frozen(kw_only=True)
class ImageSets:
    """Images of several cameras, moment by moment.

    Attributes
    ----------
    names
        Of the cameras.
    moments
        For each moment one file of each camera, or None where it has none.
    numbers
        Of the moments: those in the names of the files, or counted from 1.
    notes
        Which images have no partner.
    """

    names: tuple[str, ...]
    moments: tuple[tuple[Path | None, ...], ...]
    numbers: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """What to call each moment: its number and its files."""
        return tuple(
            f"image {number} ({', '.join(path.name for path in files if path)})"
            for number, files in zip(self.numbers, self.moments, strict=True)
        )


def image_files(source: str) -> list[Path]:
    """Return the images of a folder or a pattern in the order of their names; none for a video.

    Raises
    ------
    UsageError
        For one single image, or a folder or pattern without images.
    """
    path = Path(source)
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
    elif path.is_file():
        if path.suffix.lower() in SUFFIXES:
            raise UsageError(
                f"{source} is one image, expected a folder, a pattern or a video for each camera: put the pattern in "
                "quotes, as 'left*.jpg', so that the shell leaves it alone."
            )
        return []
    else:
        found = sorted(file for file in path.parent.glob(path.name) if file.suffix.lower() in SUFFIXES)
    if not found:
        raise UsageError(f"{source} holds no images ({', '.join(SUFFIXES)}) and is no video: check the name.")
    return found


def image_sets(sources: Sequence[str], names: Sequence[str]) -> ImageSets:
    """Find which images of the cameras are of the same moment, by the number in their names, else by their order.

    Raises
    ------
    UsageError
        When neither is possible.
    """
    files = [image_files(source) for source in sources]
    numbered = [_by_number(group) for group in files]
    if all(numbers is not None for numbers in numbered):
        groups = [numbers for numbers in numbered if numbers is not None]
        if set.intersection(*(set(group) for group in groups)):
            return _matched(names, groups)
    if len({len(group) for group in files}) > 1:
        counts = ", ".join(f"{name} {len(group)}" for name, group in zip(names, files, strict=True))
        raise UsageError(
            f"The images cannot be matched: no numbers in common in their names, and different counts ({counts}). "
            "Name those of one moment with the same number, as left01.jpg and right01.jpg."
        )
    note = f"Images have no numbers in common: matched by order, {files[0][0].name} with {files[1][0].name} and so on."
    moments = tuple(zip(*files, strict=True))
    return ImageSets(names=tuple(names), moments=moments, numbers=tuple(range(1, len(moments) + 1)), notes=(note,))


def _by_number(files: Sequence[Path]) -> dict[int, Path] | None:
    """Return files by the last number in their names; None where one has none or two have the same."""
    numbers = {}
    for file in files:
        found = re.findall(r"\d+", file.stem)
        if not found or int(found[-1]) in numbers:
            return None
        numbers[int(found[-1])] = file
    return numbers


def _matched(names: Sequence[str], groups: Sequence[dict[int, Path]]) -> ImageSets:
    every = sorted(set().union(*groups))
    notes = []
    for name, group in zip(names, groups, strict=True):
        alone = [group[number].name for number in group if sum(number in other for other in groups) == 1]
        if alone:
            shown = ", ".join(alone[:_SHOWN]) + (" and more" if len(alone) > _SHOWN else "")
            notes.append(f"{name}: {len(alone)} images without a partner ({shown}); they only serve its lens.")
    moments = tuple(tuple(group.get(number) for group in groups) for number in every)
    return ImageSets(names=tuple(names), moments=moments, numbers=tuple(every), notes=tuple(notes))


def gray_image(path: Path) -> Gray:
    """Read an image as gray, upright as its EXIF data say.

    Raises
    ------
    UsageError
        When it is no image.
    """
    try:
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
    if picture is None:
        raise UsageError(f"{path} is no image that can be read: copy it again, or take it out of the folder.")
    return np.asarray(picture, np.uint8)


def camera_names(sources: Sequence[str]) -> tuple[str, ...]:
    """Name cameras by their folders, patterns or files; by numbers where these are the same.

    Examples
    --------
    >>> camera_names(["session/left*.jpg", "session/right*.jpg"]), camera_names(["a/calib", "b/calib"])
    (('left', 'right'), ('a', 'b'))
    """
    for words in ([_word(Path(source)) for source in sources], [Path(source).parent.name for source in sources]):
        if all(words) and len(set(words)) == len(words):
            return tuple(words)
    return tuple(f"camera{number}" for number in range(1, len(sources) + 1))


def _word(path: Path) -> str:
    name = path.stem if path.suffix else path.name
    return re.split(r"[*?\[]", name)[0].rstrip("_-. 0") if any(sign in name for sign in "*?[") else name
