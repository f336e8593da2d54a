"""Which technique is it? A support-vector machine on features of whole clips, tested on clips that it never saw.

Everything is fixed, so that no result is better for having been tuned: radial basis functions, `C` = 10, `gamma`
one over the number of features times their variance (the rule that scikit-learn calls scale), one against one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.benchmarking.intervals import Share, share_of
from handball.domain.arrays import column
from handball.errors import MissingExtraError, UsageError
from handball.synthesis.recipe import Split

SplitName = Literal["held-out players", "random 90/10"]
SPLITS: tuple[SplitName, ...] = ("held-out players", "random 90/10")

COST = 10.0
_WORST = 5
"""Confusions that are named."""


@attrs.frozen(kw_only=True)
class Samples:
    """Features of clips, with what is true of each: technique, player, and where both splits put it."""

    name: str
    features: Float[np.ndarray, "clips features"] = column(np.float64)
    techniques: tuple[str, ...]
    players: tuple[int, ...]
    split_players: tuple[Split, ...]
    split_random: tuple[Split, ...]

    def tested(self, split: SplitName) -> NDArray[np.bool_]:
        """Tell which clips a split tests, shape (clips,)."""
        parts = self.split_players if split == "held-out players" else self.split_random
        return np.array([part == "test" for part in parts], dtype=np.bool_)


@attrs.frozen(kw_only=True)
class Confusion:
    """How many of the clips of one technique were taken for another."""

    technique: str
    taken_for: str
    share: Share


@attrs.frozen(kw_only=True)
class Recognition:
    """How many tested clips were recognized; `class_mean` is the mean of the techniques' shares."""

    features: str
    split: SplitName
    trained: int
    right: Share
    class_mean: float
    techniques: tuple[tuple[str, Share], ...]
    players: tuple[tuple[int, Share], ...]
    confusions: tuple[Confusion, ...]

    def of(self, technique: str) -> Share:
        """Return the share of a technique's clips that were recognized; nothing of nothing where none was tested."""
        return dict(self.techniques).get(technique, Share(hits=0, of=0))


def recognize(samples: Samples, split: SplitName, *, standardized: bool = False) -> Recognition:
    """Train on one part of a split and test on the other.

    Parameters
    ----------
    standardized
        Bring every feature to mean 0 and variance 1 of the training part first: for features of different units.

    Raises
    ------
    UsageError
        When the split leaves nothing to test, or fewer than two techniques to learn.
    MissingExtraError
        Where scikit-learn is not installed.
    """
    tested, truth = samples.tested(split), np.array(samples.techniques)
    if not tested.any() or len(set(truth[~tested])) < 2:
        raise UsageError(
            f"The split '{split}' needs clips to test and two techniques to learn; "
            f"found {int(tested.sum())} to test of {len(tested)}: take more players and clips."
        )
    machine = _machine(standardized)
    machine.fit(samples.features[~tested], truth[~tested])
    return summarized(samples, split, machine.predict(samples.features[tested]).tolist())


def summarized(samples: Samples, split: SplitName, found: Sequence[str]) -> Recognition:
    """Count what was found for the tested clips, in their order."""
    tested = samples.tested(split)
    truth, players = np.array(samples.techniques)[tested], np.array(samples.players)[tested]
    right = np.array(found) == truth
    techniques = tuple((str(name), share_of(right[truth == name])) for name in dict.fromkeys(truth.tolist()))
    return Recognition(
        features=samples.name,
        split=split,
        trained=int((~tested).sum()),
        right=share_of(right),
        class_mean=float(np.mean([share.value for _, share in techniques])),
        techniques=techniques,
        players=tuple((int(player), share_of(right[players == player])) for player in np.unique(players)),
        confusions=_confusions(truth.tolist(), found),
    )


def _confusions(truth: Sequence[str], found: Sequence[str]) -> tuple[Confusion, ...]:
    clips = Counter(truth)
    wrong = Counter((true, taken) for true, taken in zip(truth, found, strict=True) if true != taken)
    worst = sorted(wrong.items(), key=lambda item: (-item[1] / clips[item[0][0]], item[0]))[:_WORST]
    return tuple(
        Confusion(technique=true, taken_for=taken, share=Share(hits=count, of=clips[true]))
        for (true, taken), count in worst
    )


def _machine(standardized: bool) -> Any:
    try:
        from sklearn.pipeline import make_pipeline  # noqa: PLC0415
        from sklearn.preprocessing import StandardScaler  # noqa: PLC0415
        from sklearn.svm import SVC  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "The difficulty card needs packages that are not installed: pip install 'handball[synth]'."
        ) from error
    machine = SVC(C=COST, gamma="scale", kernel="rbf")
    return make_pipeline(StandardScaler(), machine) if standardized else machine
