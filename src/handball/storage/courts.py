"""Files of court points (`court.toml`): where somebody clicked the points of the court in a picture.

```toml
[points]                     # pixels, from the center of the top-left pixel
corner_left = [102.5, 640.0]
post_left = [512.0, 433.5]
```

`handball rig court --out` writes the same with what it found: `format`, `image_size`, `homography` and `[camera]`. Only
`[points]` and `image_size` are read back.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.errors import InvalidRigError
from handball.storage.files import replacing
from handball.storage.rigs import camera_lines

FORMAT = "handball-court"


@attrs.frozen(kw_only=True)
class ClickedCourt:
    """Pixels of points of the court by their names; the size of the picture where the file says it."""

    points: Mapping[str, tuple[float, float]]
    image_size: tuple[int, int] | None = None


def load_clicks(path: Path) -> ClickedCourt:
    """Read a file of court points.

    Raises
    ------
    InvalidRigError
        When it is missing, no TOML, or its points are no pairs of numbers.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidRigError(f"Court points {path} cannot be read ({error.strerror}): check the name.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidRigError(f"Court points {path} are not valid TOML ({error}).") from error
    points = table.get("points")
    if not isinstance(points, dict):
        raise InvalidRigError(
            f"{path} has no court points: expected a table [points] with post_left = [x, y] and others."
        )
    size = table.get("image_size")
    return ClickedCourt(
        points={name: _pixel(path, name, value) for name, value in points.items()},
        image_size=(int(size[0]), int(size[1])) if isinstance(size, list) and len(size) == 2 else None,
    )


def parsed_click(text: str) -> tuple[str, tuple[float, float]]:
    """Read a point as it is typed: `NAME=x,y`.

    Raises
    ------
    InvalidRigError
        For anything else.

    Examples
    --------
    >>> parsed_click("post_left=512,433.5")
    ('post_left', (512.0, 433.5))
    """
    name, _, rest = text.partition("=")
    try:
        x, y = (float(part) for part in rest.split(","))
    except ValueError:
        raise InvalidRigError(f"'{text}' is no court point: expected NAME=x,y in pixels, as post_left=9,43.") from None
    return name.strip(), (x, y)


def _pixel(path: Path, name: str, value: Any) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in value)
    except (TypeError, ValueError):
        raise InvalidRigError(f"{path}: {name} must be [x, y] in pixels, found {value!r}.") from None
    return x, y


def save_court(
    path: Path,
    clicks: Mapping[str, tuple[float, float]],
    image_size: tuple[int, int],
    homography: NDArray[np.float64],
    camera: Camera | None,
) -> None:
    """Write court points with the view of the floor and the camera that they gave.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    lines = [f'format = "{FORMAT}"', "version = 1", f"image_size = {list(image_size)}"]
    lines.append("# from pixels of a straightened lens to metres of the floor")
    lines.append(f"homography = {homography.tolist()}")
    lines += ["", "[points]", *(f"{name} = {[float(value) for value in pixel]}" for name, pixel in clicks.items())]
    if camera is not None:
        lines += ["", "[camera]", *camera_lines(camera)]
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
