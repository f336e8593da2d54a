"""Running a trained ball net on pieces of pictures."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
from jaxtyping import Float, Float32, UInt8

from handball.ball.structures import BALL, CLASSES
from handball.errors import ModelError
from handball.inference.onnx_session import OnnxSession

_WHITE = 255.0


def picture_values(
    crops: UInt8[np.ndarray, "crops height width 3"],
) -> Float32[np.ndarray, "crops 3 height width"]:
    """Return RGB pictures as a ball net takes them, in training and in use: 0 black to 1 full, colors first.

    Examples
    --------
    >>> picture_values(np.full((1, 2, 2, 3), 51, np.uint8))[0, 0].tolist()
    [[0.20000000298023224, 0.20000000298023224], [0.20000000298023224, 0.20000000298023224]]
    """
    return np.ascontiguousarray(crops.transpose(0, 3, 1, 2), np.float32) / np.float32(_WHITE)


@attrs.frozen
class BallNet:
    """Says how likely it is that a piece of a picture shows a ball.

    Attributes
    ----------
    session
        A net that `training.ball.export` has written.
    structure
        Its name, as `ball_3`.
    size
        Width and height of the pieces that it takes, in pixels; 64 x 48 for small nets.

    Raises
    ------
    ModelError
        When the net does not say what it is.
    """

    session: OnnxSession
    structure: str = attrs.field(init=False)
    size: tuple[int, int] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        told = self.session.metadata
        width, height = told.get("width", ""), told.get("height", "")
        if "structure" not in told or not (width.isdecimal() and height.isdecimal()):
            raise ModelError(
                "the net is no ball net: expected its structure, width and height in its properties, "
                f"found {', '.join(sorted(told)) or 'none'}; take one that handball has trained"
            )
        object.__setattr__(self, "structure", told["structure"])
        object.__setattr__(self, "size", (int(width), int(height)))

    def __call__(self, crops: UInt8[np.ndarray, "crops height width 3"]) -> Float[np.ndarray, " crops"]:
        """Return the probability of a ball for each piece, 0 to 1; none is ever missing.

        Parameters
        ----------
        crops
            RGB, all of the net's size: cut at 4:3 around what may be a ball, and resampled. No piece at all is
            allowed and gives no probability.

        Raises
        ------
        ValueError
            When the pieces have another size.
        ModelError
            When the net gives something else than two probabilities for each.
        """
        count, height, width = crops.shape[:3]
        if (width, height) != self.size:
            raise ValueError(
                f"the ball net takes pieces of {self.size[0]} x {self.size[1]} pixels, found {width} x {height}: "
                "resample them first"
            )
        if count == 0:
            return np.empty(0)
        found = self.session.run(picture_values(crops))
        if found.shape != (count, CLASSES):
            raise ModelError(f"the ball net gives {found.shape}, expected {(count, CLASSES)}")
        return found[:, BALL].astype(np.float64)


def open_ball_net(path: Path, threads: int = 1) -> BallNet:
    """Open an `.onnx` ball net on the processor. Raises `ModelError` where it is none."""
    return BallNet(OnnxSession(path, threads))
