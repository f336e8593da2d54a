"""What the finder is trained from."""

from __future__ import annotations

import attrs

from handball.errors import UsageError

_LEAST = 20


@attrs.frozen(kw_only=True)
class FinderRecipe:
    """What the finder is trained from; the same recipe continues a training that was stopped.

    Attributes
    ----------
    crops, test_crops
        How many are drawn to learn from and to test with; half of them show a ball.
    clips, clips_hashes
        Sets of rendered clips to cut more crops from, and the hash of the truth of each.
    pictures, pictures_fingerprint
        A folder of real pictures with marked balls to learn from as well, and what it holds; none if empty.
    start, start_sha256
        The state of another training to begin with, and its checksum; none if empty.
    rounds
        How often it sees each crop.
    batch
        Crops of an iteration.
    rate
        The highest learning rate (Adam, one cycle).

    Raises
    ------
    UsageError
        When a number is out of its range.
    """

    crops: int = 120_000
    test_crops: int = 1000
    clips: tuple[str, ...] = ()
    clips_hashes: tuple[str, ...] = ()
    pictures: str = ""
    pictures_fingerprint: str = ""
    start: str = ""
    start_sha256: str = ""
    rounds: int = 12
    batch: int = 256
    rate: float = 3e-3
    weight_decay: float = 1e-2
    seed: int = 0

    def __attrs_post_init__(self) -> None:
        if min(self.crops, self.test_crops) < _LEAST or self.rounds < 1 or self.batch < 1 or self.seed < 0:
            raise UsageError(
                f"A training needs at least {_LEAST} crops to learn from and to test with, 1 round and a seed from 0, "
                f"found {self.crops}, {self.test_crops}, {self.rounds} and {self.seed}."
            )
