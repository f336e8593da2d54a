"""How hard a set is: `handball bench difficulty`, so that no later result is good because the data are easy.

The card names the hash of the truth that it is about: a result on the set names the same hash, and a set that changed
has another one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs

from handball.benchmarking.intervals import Share
from handball.benchmarking.joint_features import JOINTS_3D, MOMENTS, joint_samples
from handball.benchmarking.known_clips import KnownClip, Progress, performed_clips, rendered_clips
from handball.benchmarking.picture_features import PICTURES, PICTURES_ALONE, Look, PictureNet, picture_samples
from handball.benchmarking.support_vectors import COST, SPLITS, Recognition, Samples, recognize
from handball.errors import UsageError
from handball.synthesis.dataset import combined_hash, set_hash, set_key
from handball.synthesis.recipe import LIGHT, Recipe

JOINTS_LEVEL = (0.70, 0.90)
"""Held-out players, true joints in space: a set above is too easy to tell methods apart, one below too hard."""
PUSH_PASS_LEVEL = 0.60
"""Pictures from the front: a push along the viewing axis must stay hard to see."""
_FRONTAL = ("near", "far")
_HARD = "push_pass"


@attrs.frozen(kw_only=True)
class Level:
    """A number that the set must have, and the one that it has."""

    name: str
    asked: str
    found: Share
    met: bool


@attrs.frozen(kw_only=True)
class DifficultyCard:
    """What a set is, and how well simple recognizers do on it.

    `truth_hash` is that of the set's `set.json`, whether it was rendered or only performed.
    """

    truth_hash: str
    recipe_key: str
    source: str
    camera: str
    players: int
    techniques: int
    clips: int
    rows: tuple[Recognition, ...]
    levels: tuple[Level, ...]

    def row(self, features: str, split: str) -> Recognition:
        """Return one row. Raises `KeyError` where it was not measured."""
        for row in self.rows:
            if (row.features, row.split) == (features, split):
                return row
        raise KeyError((features, split))

    def to_table(self) -> str:
        """Return the card as Markdown text."""
        return "\n\n".join([self._head(), _overview(self.rows), _by_technique(self.rows), _details(self.rows)])

    def _head(self) -> str:
        lines = [
            f"Truth {self.truth_hash}, recipe {self.recipe_key}: {self.source}, camera {self.camera}, "
            f"{self.players} players, {self.techniques} techniques, {self.clips} clips. Synthetic.",
            "",
            f"Support-vector machine, radial basis functions, C = {COST:g}, gamma scale, nothing tuned; joints at "
            f"{MOMENTS} moments, {PICTURES} pictures. Intervals: 95 %, Wilson, clips taken as independent, "
            "which those of one player are not.",
            "",
        ]
        lines += [
            f"* {level.name}: {level.found}, asked {level.asked}: **{'met' if level.met else 'missed'}**"
            for level in self.levels
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text; each share with its value and interval."""
        return json.dumps(attrs.asdict(self, recurse=False), default=_plain, indent=1)


def run(
    folder: Path | None = None,
    *,
    recipe: Recipe = LIGHT["near"],
    look: Look | None = None,
    progress: Progress | None = None,
) -> DifficultyCard:
    """Measure the difficulty of a set.

    Parameters
    ----------
    folder
        A rendered set. Without one the clips of `recipe` are performed and the part about pictures is left out.
    look
        What sees the pictures; EfficientNet-Lite0 by default.

    Raises
    ------
    OutputError
        When the folder holds no complete set.
    UsageError
        When its cameras do not stand in front, or it is too small to be split.
    MissingExtraError
        Where scikit-learn is not installed.
    ModelError
        When the net for pictures is missing.
    """
    if folder is None:
        clips = list(performed_clips(recipe, progress))
        _check_frontal(clips)
        found = combined_hash(clip.truth_hash for clip in clips)
        return _card(clips, (found, recipe.key, "performed, not rendered"), _of_joints(clips))
    source = set_hash(folder), set_key(folder), "rendered"
    clips = list(rendered_clips(folder))
    _check_frontal(clips)
    pictures = picture_samples(clips, look or PictureNet(), progress)
    return _card(clips, source, [*_of_joints(clips), *_on_both_splits(pictures, standardized=True)])


def _check_frontal(clips: Sequence[KnownClip]) -> None:
    cameras = sorted({clip.camera for clip in clips})
    if len(cameras) != 1 or cameras[0] not in _FRONTAL:
        raise UsageError(
            f"The difficulty card is about one camera in front ({' or '.join(_FRONTAL)}), found {', '.join(cameras)}: "
            "make a set with 'handball synth --preset near'."
        )


def _of_joints(clips: Sequence[KnownClip]) -> list[Recognition]:
    samples = (joint_samples(clips, "3D"), joint_samples(clips, "2D"))
    return [row for kind in samples for row in _on_both_splits(kind)]


def _on_both_splits(samples: Samples, *, standardized: bool = False) -> list[Recognition]:
    return [recognize(samples, split, standardized=standardized) for split in SPLITS]


def _card(clips: Sequence[KnownClip], source: tuple[str, str, str], rows: Sequence[Recognition]) -> DifficultyCard:
    return DifficultyCard(
        truth_hash=source[0],
        recipe_key=source[1],
        source=source[2],
        camera=clips[0].camera,
        players=len({clip.player for clip in clips}),
        techniques=len({clip.technique for clip in clips}),
        clips=len(clips),
        rows=tuple(rows),
        levels=tuple(_levels(rows)),
    )


def _levels(rows: Sequence[Recognition]) -> Iterator[Level]:
    """Judge the rows that have a level."""
    for row in rows:
        if row.split != "held-out players":
            continue
        if row.features == JOINTS_3D:
            low, high = JOINTS_LEVEL
            yield Level(
                name="true joints in space, held-out players",
                asked=f"{100 * low:.0f} to {100 * high:.0f} %",
                found=row.right,
                met=low <= row.right.value <= high,
            )
        if row.features == PICTURES_ALONE and row.of(_HARD).of:
            yield Level(
                name=f"{_HARD} from pictures, held-out players",
                asked=f"under {100 * PUSH_PASS_LEVEL:.0f} %",
                found=row.of(_HARD),
                met=row.of(_HARD).value < PUSH_PASS_LEVEL,
            )


def _overview(rows: Sequence[Recognition]) -> str:
    lines = [
        "| features | split | trained on | tested on | right | mean of techniques |",
        "| --- | --- | ---: | ---: | --- | ---: |",
    ]
    lines += [
        f"| {row.features} | {row.split} | {row.trained} | {row.right.of} | {row.right} "
        f"| {100 * row.class_mean:.0f} % |"
        for row in rows
    ]
    return "\n".join(lines)


def _by_technique(rows: Sequence[Recognition]) -> str:
    tested = [row for row in rows if row.split == "held-out players"]
    names = [name for name, _ in tested[0].techniques]
    lines = [
        f"| held-out players | {' | '.join(row.features for row in tested)} |",
        f"| --- |{' --- |' * len(tested)}",
    ]
    lines += [f"| {name} | {' | '.join(str(row.of(name)) for row in tested)} |" for name in names]
    return "\n".join(lines)


def _details(rows: Sequence[Recognition]) -> str:
    """Name the worst confusions, and the players one by one."""
    lines = [
        "| features | split | most often taken for another | player by player |",
        "| --- | --- | --- | --- |",
    ]
    for row in rows:
        wrong = "; ".join(f"{one.technique} for {one.taken_for} {_count(one.share)}" for one in row.confusions)
        players = ", ".join(f"{player + 1}: {_count(share)}" for player, share in row.players)
        lines.append(f"| {row.features} | {row.split} | {wrong or 'none'} | {players} |")
    return "\n".join(lines)


def _count(share: Share) -> str:
    return f"{share.hits}/{share.of}"


def _plain(value: Any) -> Any:
    """Give JSON what it knows: shares with value and interval, containers by their fields."""
    if isinstance(value, Share):
        return attrs.asdict(value) | {"value": value.value, "interval": value.interval}
    return attrs.asdict(value, recurse=False)
