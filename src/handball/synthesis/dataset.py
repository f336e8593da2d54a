"""A synthetic set on disk: clips, truth, a manifest, and the card that says what it is.

```text
DIR/set.json                  recipe, its key, the hash of the truth, and how it was made
DIR/manifest.parquet          one row a clip and camera
DIR/players.parquet           one row a player
DIR/clips/<clip>_<camera>.mp4
DIR/truth/<clip>_<camera>.npz  see `truth.py`
```

A clip is done when its truth is there, which is written last. A rerun makes what is missing.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.errors import MissingExtraError, OutputError, UsageError
from handball.storage.files import check_writable, ensure_folder, replacing
from handball.synthesis.players import Player
from handball.synthesis.recipe import ClipPlan, Recipe, plan
from handball.synthesis.roster import build_players
from handball.synthesis.staging import Take, azimuth_deg, stage
from handball.synthesis.truth import ClipTruth, load_truth

Progress = Callable[[int, int], None]

CARD, MANIFEST, PLAYERS = "set.json", "manifest.parquet", "players.parquet"
_DIGITS = 5
"""Metres are rounded to a hundredth of a millimetre before they are hashed: machines differ below that."""


@attrs.frozen(kw_only=True)
class SetCard:
    """What a set is: its recipe, how many files, the hash of all truth, and the seconds it took to make."""

    recipe: Recipe
    clips: int
    files: int
    truth_hash: str
    seconds: float


def make_set(recipe: Recipe, folder: Path, *, workers: int = 1, progress: Progress | None = None) -> SetCard:
    """Make a set, or what is missing of it.

    Parameters
    ----------
    workers
        Processes that render side by side.
    progress
        Called with the clips done and the clips to do.

    Raises
    ------
    UsageError
        When the folder holds a set of another recipe.
    OutputError
        When it cannot be written.
    MissingExtraError
        Where the extra `synth` is not installed.
    """
    check_writable(folder)
    _check_same(recipe, folder)
    _arrow()  # before hours of rendering
    for place in ("clips", "truth"):
        ensure_folder(folder / place)
    _write_json(folder / CARD, _begun(recipe))
    clips, began = plan(recipe), time.monotonic()
    for done, _ in enumerate(_made(recipe, clips, folder, workers), start=1):
        if progress is not None:
            progress(done, len(clips))
    rows = [row for clip in clips for row in _rows(recipe, clip, folder)]
    _write_table(folder / PLAYERS, [_player_row(player) for player in build_players(recipe.players)])
    _write_table(folder / MANIFEST, rows)
    card = SetCard(
        recipe=recipe,
        clips=len(clips),
        files=len(rows),
        truth_hash=combined_hash(str(row["truth_hash"]) for row in rows),
        seconds=round(time.monotonic() - began, 1),
    )
    _write_json(folder / CARD, _begun(recipe) | {"complete": True} | _card_values(card))
    return card


def _made(recipe: Recipe, clips: Sequence[ClipPlan], folder: Path, workers: int) -> Iterator[None]:
    """Make every clip that is not there yet, in this process or in several."""
    if workers <= 1:
        for clip in clips:
            make_clip(recipe, clip, folder)
            yield
        return
    with ProcessPoolExecutor(max_workers=workers) as pool:
        tasks = [pool.submit(make_clip, recipe, clip, folder) for clip in clips]
        for task in tasks:
            task.result()
            yield


def make_clip(recipe: Recipe, clip: ClipPlan, folder: Path) -> None:
    """Render one clip from all its cameras, where that is not done yet."""
    from handball.synthesis.filming import film

    take = stage(recipe, clip)
    for scene in take.scenes:
        name = file_name(clip, scene.camera.name)
        truth = folder / "truth" / f"{name}.npz"
        if not truth.exists():
            film(scene, take.rate_hz, folder / "clips" / f"{name}.mp4", truth, take.reality)


def file_name(clip: ClipPlan, camera: str) -> str:
    """Return the name of a clip of one camera, without ending."""
    return f"{clip.name}_{camera}"


def truth_hash(truth: ClipTruth) -> str:
    """Return the hash of what is true of a clip, whatever the machine or the encoder: 16 hexadecimal digits."""
    return positions_hash(truth.times, truth.coco_m, truth.ball_m, truth.camera.position)


def positions_hash(*positions: NDArray[np.float64]) -> str:
    """Return the hash of times, joints, ball and camera, as `truth_hash` does for a clip that lies in a file."""
    digest = hashlib.sha256()
    for values in positions:
        rounded = np.round(values, _DIGITS) + 0.0
        digest.update(np.ascontiguousarray(rounded, np.float64).tobytes())
    return digest.hexdigest()[:16]


def combined_hash(hashes: Iterable[str]) -> str:
    """Return the hash of a set from those of its clips, in their order."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest()[:16]


def _rows(recipe: Recipe, clip: ClipPlan, folder: Path) -> Iterator[dict[str, Any]]:
    take: Take = stage(recipe, clip)
    for scene in take.scenes:
        name = file_name(clip, scene.camera.name)
        truth = load_truth(folder / "truth" / f"{name}.npz")
        moments = {f"{key}_s": value for key, value in truth.moments}
        yield {
            "clip": clip.name,
            "camera": scene.camera.name,
            "video": f"clips/{name}.mp4",
            "truth": f"truth/{name}.npz",
            "player": clip.player,
            "technique": clip.technique,
            "arm_slot": take.motion.arm_slot,
            "hand": take.motion.player.hand,
            "azimuth_deg": azimuth_deg(take.motion, scene.camera),
            "faults": json.dumps([attrs.asdict(fault) for fault in take.motion.faults]),
            "reality": json.dumps(attrs.asdict(take.reality)),
            "people": len(scene.performers),
            "frames": len(truth.times),
            "rate_hz": take.rate_hz,
            "width": truth.camera.image_size[0],
            "height": truth.camera.image_size[1],
            "lighting": scene.hall.lighting,
            "split_random": clip.split_random,
            "split_players": clip.split_players,
            "strike_s": moments.get("strike_s"),
            "release_speed": truth.release_speed,
            "truth_hash": truth_hash(truth),
        }


def _player_row(player: Player) -> dict[str, Any]:
    return {
        "name": player.name,
        "sex": player.sex,
        "group": player.group,
        "hand": player.hand,
        "height_m": round(player.height, 3),
        "tempo": player.style.tempo,
        "amplitude": player.style.amplitude,
        "offsets_deg": json.dumps(dict(player.style.offsets_deg)),
    }


def _check_same(recipe: Recipe, folder: Path) -> None:
    """Refuse to mix two sets in one folder."""
    card = folder / CARD
    if card.exists():
        found = _card_found(card).get("key")
        if found != recipe.key:
            raise UsageError(
                f"{folder} holds another set (key {found}, asked for {recipe.key}): choose another --out, or remove it."
            )
    elif folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty and holds no set: choose another --out.")


def _card_found(card: Path) -> dict[str, Any]:
    """Read a card; one that is damaged says nothing."""
    try:
        values = json.loads(card.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _begun(recipe: Recipe) -> dict[str, Any]:
    return {"synthetic": True, "key": recipe.key, "recipe": attrs.asdict(recipe), "complete": False}


def _card_values(card: SetCard) -> dict[str, Any]:
    return {key: value for key, value in attrs.asdict(card).items() if key != "recipe"}


def _write_json(path: Path, values: Mapping[str, Any]) -> None:
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def _write_table(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    arrow, parquet = _arrow()
    with replacing(path) as temporary:
        parquet.write_table(arrow.Table.from_pylist([dict(row) for row in rows]), temporary)


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError(
            "Tables of synthetic sets need packages that are not installed: pip install 'handball[synth]'."
        ) from error
    return pyarrow, pyarrow.parquet


def read_manifest(folder: Path) -> list[dict[str, Any]]:
    """Read the rows of a set's manifest.

    Raises
    ------
    OutputError
        When there is no complete set in the folder.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise OutputError(f"{folder} holds no complete set: make it with 'handball synth --out {folder}'.")
    rows: list[dict[str, Any]] = _arrow()[1].read_table(path).to_pylist()
    return rows


def set_hash(folder: Path) -> str:
    """Return the hash of the truth of a complete set.

    Raises
    ------
    OutputError
        When there is no complete set in the folder.
    """
    return str(_complete_card(folder)["truth_hash"])


def set_key(folder: Path) -> str:
    """Return the key of the recipe of a complete set, as `Recipe.key` gives it.

    Raises
    ------
    OutputError
        When there is no complete set in the folder.
    """
    return str(_complete_card(folder)["key"])


def _complete_card(folder: Path) -> dict[str, Any]:
    card = folder / CARD
    values = _card_found(card) if card.exists() else {}
    if not values.get("complete"):
        raise OutputError(f"{folder} holds no complete set: make it with 'handball synth --out {folder}'.")
    return values
