"""What a ball net is trained from (SPEC 2.4)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import attrs

from handball.ball.solver import FINE_TUNING, FROM_SCRATCH, SolverSettings
from handball.ball.structures import LARGE, SMALL, STRUCTURES, BallStructure
from handball.errors import UsageError
from handball.training.ball.module import BallModule
from handball.training.ball.reading import read_ball_module
from handball.training.ball.transfer import Way, transfer

_LEAST = 20
"""Crops to learn from, or to test with."""


@attrs.frozen(kw_only=True)
class BallRecipe:
    """What a ball net is trained from; the same recipe continues a training that was stopped.

    Attributes
    ----------
    structure
        Which of `STRUCTURES`.
    size
        Width and height of the pictures in pixels.
    fc_relu
        Whether a ReLU stands between the full layers.
    batch, test_interval
        Crops of an iteration, and iterations from one test to the next.
    iterations
        How many; 0 takes the paper's number: 6000, or 2000 after smaller pictures.
    crops, test_crops
        How many are drawn to learn from and to test with; half of them show a ball.
    start, start_sha256
        A net of smaller pictures to begin with, and its checksum; none if empty.
    way
        How it becomes a net of larger pictures.
    clips, clips_hash
        A set of rendered clips to cut more crops from, and the hash of its truth; none if empty.
    own_pictures, own_fingerprint
        A folder of own pictures to learn from as well, and what it holds; none if empty.

    Raises
    ------
    UsageError
        When a number is out of its range.
    """

    structure: int = 3
    size: tuple[int, int] = SMALL
    fc_relu: bool = False
    batch: int = 64
    iterations: int = 0
    test_interval: int = 100
    crops: int = 5000
    test_crops: int = 1000
    seed: int = 0
    start: str = ""
    start_sha256: str = ""
    way: Way = "interp"
    clips: str = ""
    clips_hash: str = ""
    own_pictures: str = ""
    own_fingerprint: str = ""

    def __attrs_post_init__(self) -> None:
        if self.structure not in STRUCTURES:
            raise UsageError(f"There is no structure {self.structure}: choose one of 1 to {max(STRUCTURES)}.")
        width, height = self.size
        if 3 * width != 4 * height or not SMALL[0] <= width <= LARGE[0]:
            raise UsageError(
                f"Pictures of a ball net are 4 to 3, from {SMALL[0]} x {SMALL[1]} to {LARGE[0]} x {LARGE[1]} pixels, "
                f"found {width} x {height}."
            )
        if self.batch < 1 or self.test_interval < 1:
            raise UsageError(f"Batches and intervals are at least 1, found {self.batch} and {self.test_interval}.")
        if min(self.crops, self.test_crops) < _LEAST or self.iterations < 0 or self.seed < 0:
            raise UsageError(
                f"A training needs at least {_LEAST} crops to learn from and to test with, 1 iteration and a seed from "
                f"0, found {self.crops}, {self.test_crops}, {self.iterations} and {self.seed}."
            )

    @property
    def layers(self) -> BallStructure:
        """The structure of the net."""
        return attrs.evolve(STRUCTURES[self.structure], fc_relu=self.fc_relu)

    @property
    def solver(self) -> SolverSettings:
        """How it learns; of fewer or more iterations the rate falls after the same share."""
        usual = FINE_TUNING if self.start else FROM_SCRATCH
        iterations = self.iterations or usual.max_iter
        return attrs.evolve(
            usual,
            max_iter=iterations,
            stepsize=max(1, usual.stepsize * iterations // usual.max_iter),
            test_interval=self.test_interval,
            random_seed=self.seed,
        )

    def build(self) -> BallModule:
        """Return the net as it begins.

        Raises
        ------
        ModelError
            When the net to begin with is none.
        UsageError
            When it has another structure, or larger pictures.
        """
        if not self.start:
            return BallModule(self.layers, self.size, seed=self.seed)
        small = read_ball_module(Path(self.start))
        if small.structure != self.layers:
            raise UsageError(
                f"{self.start} has structure {_words(small.structure)}, asked for {_words(self.layers)}: begin with a "
                "net of the same structure."
            )
        if small.reach != "whole" or small.size[0] > self.size[0]:
            raise UsageError(
                f"{self.start} takes pictures of {small.size[0]} x {small.size[1]} (reach {small.reach}): begin with a "
                f"net of its own size that takes smaller pictures than {self.size[0]} x {self.size[1]}."
            )
        return transfer(small, self.size, self.way)


def _words(structure: BallStructure) -> str:
    return structure.name.removeprefix("ball_") + (" with the extra ReLU" if structure.fc_relu else "")


def file_sha256(path: Path) -> str:
    """Return the checksum of a file. Raises `UsageError` where there is none."""
    if not path.is_file():
        raise UsageError(f"{path} is no file: a ball net that was trained before is needed (ball.onnx).")
    return hashlib.sha256(path.read_bytes()).hexdigest()
