"""What the page's player needs as plain data: joints on the stage, pictures, times and the aligned pairs."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.alignment import Alignment
from handball.domain.assessment import Assessment, KeyActionAssessment
from handball.domain.skeleton import role_name
from handball.languages import Catalog
from handball.reporting.html.curves import angle_curves, elbow_curves, numbers
from handball.reporting.html.figures import BONES, Scene, picture_id

_NAMED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_JAVASCRIPT_TEXTS = (
    "play",
    "pause",
    "frame",
    "seconds",
    "coach",
    "learner",
    "strike_axis",
    "literal",
    "missing",
    "position",
)


def player_data(assessment: Assessment, catalog: Catalog, reference: Scene, performance: Scene) -> dict[str, Any]:
    """Return everything the scripts of the page read."""
    stage = reference.stage
    return {
        "window": {"width": round(stage.width), "top": round(stage.top), "bottom": round(stage.bottom)},
        "bones": [[bone.first, bone.last, bone.side] for bone in BONES],
        "jointNames": _joint_names(catalog, reference),
        "clips": {"coach": _clip(reference), "learner": _clip(performance)},
        "pairs": aligned_pairs(assessment),
        "keys": [
            {
                "name": found.name,
                "label": catalog.text(f"key_action.{found.name}.name"),
                **_row_pair(found),
            }
            for found in assessment.key_actions
        ],
        "strike": _row_pair(assessment.moment("strike")),
        "ghostFlip": reference.actor.toward * performance.actor.toward < 0,
        "angles": angle_curves(assessment, catalog),
        "elbow": elbow_curves(assessment, catalog),
        "decimal": catalog.text("format.decimal"),
        "texts": {name: catalog.template(f"player.{name}") for name in _JAVASCRIPT_TEXTS},
    }


def aligned_pairs(assessment: Assessment) -> dict[str, list[list[int]]]:
    """Return one (reference row, performance row) for each row of the learner, and for each row of the coach.

    At a key action it is the pair that is compared above the player, even where the path meets it a frame beside; one
    that comes before another in one throw and after it in the other is left out, since nothing may run backwards.
    Every other pair is a step of the path, the cheapest where a row meets several, but never beyond a key action.
    """
    keys = rising_pairs(assessment)
    return {"coach": _pairs(assessment.alignment, 0, keys), "learner": _pairs(assessment.alignment, 1, keys)}


def rising_pairs(assessment: Assessment) -> NDArray[np.int64]:
    """Return the rows (reference, performance) of the anchors and of the other key actions that lie between them.

    Where two key actions change places from one throw to the other, the later one of the reference is left out.
    """
    moments = (*assessment.left_out, *assessment.key_actions)
    anchors = [_rows(one) for one in moments if one.name in KEY_ACTION_NAMES]
    kept = list(anchors)
    for pair in sorted(_rows(one) for one in moments if one.name not in KEY_ACTION_NAMES):
        if all((pair[0] - one[0]) * (pair[1] - one[1]) > 0 or pair == one for one in kept):
            kept.append(pair)
    return np.array(sorted(set(kept)), dtype=np.int64)


def beyond_the_path(assessment: Assessment) -> tuple[tuple[int, int], ...]:
    """Return the rows of the key actions that a coach has added: these may lie before the start or after the finish."""
    return tuple(_rows(found) for found in assessment.key_actions if found.name not in KEY_ACTION_NAMES)


def _rows(found: KeyActionAssessment) -> tuple[int, int]:
    return found.reference.row, found.performance.row


def _row_pair(found: KeyActionAssessment) -> dict[str, int]:
    return {"coach": found.reference.row, "learner": found.performance.row}


def _pairs(alignment: Alignment, side: int, keys: NDArray[np.int64]) -> list[list[int]]:
    chosen: list[list[int]] = []
    for row in np.union1d(alignment.path[:, side], keys[:, side]):
        at_key = np.flatnonzero(keys[:, side] == row)
        pair = keys[at_key[0]] if len(at_key) else _between_keys(_cheapest(alignment, side, int(row)), side, keys)
        chosen.append(pair.tolist())
    return _without_gaps(chosen, side)


def _without_gaps(pairs: list[list[int]], side: int) -> list[list[int]]:
    """Fill the rows between the path and a key action beyond it, evenly on the other side."""
    found = np.array(pairs)
    rows = np.arange(found[0, side], found[-1, side] + 1)
    other = np.rint(np.interp(rows, found[:, side], found[:, 1 - side])).astype(int)
    known = {pair[side]: pair for pair in pairs}
    ends = [rows, other] if side == 0 else [other, rows]
    return [known.get(int(row), pair) for row, pair in zip(rows, np.stack(ends, axis=1).tolist(), strict=True)]


def _cheapest(alignment: Alignment, side: int, row: int) -> NDArray[np.int64]:
    steps = np.flatnonzero(alignment.path[:, side] == row)
    costs = np.nan_to_num(alignment.costs[steps], nan=np.inf)
    best = steps[costs <= costs.min() + 1e-12]
    step: NDArray[np.int64] = alignment.path[best[len(best) // 2]]
    return step


def _between_keys(step: NDArray[np.int64], side: int, keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Keep a step between the key actions that its row lies between, so that stepping never runs backwards."""
    other = keys[:, 1 - side]
    before, after = other[keys[:, side] < step[side]], other[keys[:, side] > step[side]]
    low, high = before.max(initial=0), after.min(initial=np.iinfo(np.int64).max)
    kept = step.copy()
    kept[1 - side] = min(max(int(step[1 - side]), int(low)), int(high))
    return kept


def _clip(scene: Scene) -> dict[str, Any]:
    clip, actor = scene.clip, scene.actor
    joints = [[[round(float(x)), round(float(y))] if np.isfinite(x) else None for x, y in row] for row in actor.joints]
    placement = actor.placement
    return {
        "frames": clip.body.frames.tolist(),
        "times": numbers(clip.body.times, 4),
        "joints": joints,
        "centers": numbers(actor.centers, 0),
        "pictures": [picture_id(scene.role, number) for number in scene.pictures],
        "pictureFrames": clip.pictures.frames[list(scene.pictures)].tolist() if clip.pictures else [],
        "place": placement
        and {
            "scale": round(placement.scale, 5),
            "flipped": placement.flipped,
            "top": round(placement.top, 1),
            "width": placement.width,
            "height": placement.height,
        },
    }


def _joint_names(catalog: Catalog, scene: Scene) -> list[list[Any]]:
    skeleton = scene.clip.body.skeleton
    names = [f"{side}_{part}" for side in ("right", "left") for part in _NAMED]
    return [[skeleton.index(name), catalog.text(f"joint.{role_name(name)}")] for name in names]


def data_uri(jpeg: bytes) -> str:
    """Return a JPEG as a data URI."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
