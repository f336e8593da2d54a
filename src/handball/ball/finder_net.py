"""Our own ball net in use: whether a piece of a picture shows a ball, where in it, and whether a hand holds it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np
from jaxtyping import Float, UInt8

from handball.ball.net import picture_values
from handball.errors import ModelError
from handball.inference.onnx_session import OnnxSession

STRUCTURE = "ball_finder"
WIDTH, HEIGHT = 64, 48
OUTPUTS = 5
"""Probability of a ball; its center right and down and its diameter, in heights of the piece; probability of a hand."""


Answers = Callable[[UInt8[np.ndarray, "crops 48 64 3"]], Float[np.ndarray, "crops 5"]]
"""A `FinderNet`, or the same net run by something else."""


@attrs.frozen
class FinderNet:
    """Says of pieces of a picture how likely each shows a ball, its circle, and how likely a hand holds it.

    Attributes
    ----------
    session
        A net that `handball train ball-finder` has written.

    Raises
    ------
    ModelError
        When the net is another one.
    """

    session: OnnxSession

    def __attrs_post_init__(self) -> None:
        found = self.session.metadata.get("structure", "none")
        if found != STRUCTURE:
            raise ModelError(
                f"the net finds no balls: expected the structure {STRUCTURE}, found {found}; take the one that "
                "comes with handball, or train one (handball train ball-finder)"
            )

    def __call__(self, crops: UInt8[np.ndarray, "crops height width 3"]) -> Float[np.ndarray, "crops 5"]:
        """Return probability, center (right, down), diameter (in heights of the piece), and probability of being held.

        Parameters
        ----------
        crops
            RGB, 64 x 48, cut around what may be a ball.

        Raises
        ------
        ValueError
            When the pieces have another size.
        """
        if crops.shape[1:3] != (HEIGHT, WIDTH):
            raise ValueError(f"expected pieces of {WIDTH} x {HEIGHT} pixels, found {crops.shape[2]} x {crops.shape[1]}")
        if len(crops) == 0:
            return np.empty((0, OUTPUTS))
        return self.session.run(picture_values(crops)).astype(np.float64)


def open_finder_net(path: Path, threads: int = 1) -> FinderNet:
    """Open the `.onnx` net on the processor. Raises `ModelError` where it is none."""
    return FinderNet(OnnxSession(path, threads))
