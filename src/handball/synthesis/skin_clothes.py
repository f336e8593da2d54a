"""What covers the body: which triangle is skin, hair, shirt, shorts, sock or shoe, and how far cloth stands off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import cv2
import numpy as np
from jaxtyping import Float, Int, UInt8
from numpy.typing import NDArray
from scipy import sparse

from handball.domain.arrays import column
from handball.synthesis.players import Color, Looks
from handball.synthesis.skin_cut import CutMesh, cut, uncut
from handball.synthesis.skin_model import SkinModel
from handball.synthesis.skin_rest import SOLE_M

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_ARM = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
_LEG = ("upperleg", "lowerleg", "foot", "toe")
_WHITE: Color = (235, 235, 232)
_CLOTH_STEPS, _SHOE_STEPS = 12, 30


REGIONS = ("shirt", "shorts", "sock", "shoe", "hair", "number")


@attrs.frozen(kw_only=True)
class Covered:
    """The surface in clothes: vertices moved outwards, an RGB colour for each triangle.

    `mix` says how each vertex is a mean of vertices of the body model (rows of weights).
    """

    vertices: Float[np.ndarray, "vertices 3"] = column(np.float64)
    faces: Int[np.ndarray, "faces 3"] = column(np.int64)
    colors: UInt8[np.ndarray, "faces 3"] = column(np.uint8)
    mix: Any


def vertex_normals(vertices: Array, faces: NDArray[np.int64]) -> Array:
    """Return unit normals of the vertices, by the area of the triangles around."""
    corners = vertices[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(normals, faces[:, corner], across)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


def dress(model: SkinModel, looks: Looks, *, short_hair: bool) -> Covered:
    """Put hair, shirt, shorts, socks and shoes on a body."""
    fields = {"shirt": _shirt(model), "shorts": _shorts(model), **_feet(model), "hair": _hair(model, short_hair)}
    fields["number"] = np.minimum(_number(model, looks.number), fields["shirt"])
    mesh = uncut(model.faces, np.stack([fields[region] for region in REGIONS], axis=1))
    for number in range(len(REGIONS)):
        mesh = cut(mesh, number)
    inside = {region: mesh.fields[:, number] > 0 for number, region in enumerate(REGIONS)}
    smooth = _smoothed(mesh.mix @ model.vertices, mesh.faces, inside["shirt"] | inside["shorts"], _CLOTH_STEPS)
    smooth = _smoothed(smooth, mesh.faces, inside["shoe"], _SHOE_STEPS)
    vertices = smooth + vertex_normals(smooth, mesh.faces) * _stand_off(inside)[:, None]
    colors = _colors(model, looks, mesh, mesh.mix @ model.vertices)
    return Covered(vertices=vertices, faces=mesh.faces, colors=colors, mix=mesh.mix)


def _share(model: SkinModel, prefixes: Sequence[str]) -> Array:
    """Return how much some bones carry each vertex, from -1 (not at all) to 1, in about 0.05 m."""
    carried = np.array([bone.startswith(tuple(prefixes)) for bone in model.bones])
    return np.asarray(0.1 * (model.weights * carried[model.weight_bones]).sum(axis=1) - 0.05)


def _along(model: SkinModel, first: str, second: str) -> Array:
    """Return how far down a limb each vertex of its own side lies: 0 at its first joint, 1 at its second."""
    found = np.zeros(len(model.vertices))
    for side, sign in (("left", -1.0), ("right", 1.0)):
        start, end = model.keypoints[f"{side}_{first}"], model.keypoints[f"{side}_{second}"]
        own = model.vertices[:, 0] * sign >= 0
        found[own] = (model.vertices[own] - start) @ (end - start) / ((end - start) @ (end - start))
    return found


def _hem(model: SkinModel) -> float:
    """Return the height at which the shirt ends."""
    return float(model.keypoints["left_hip"][2] + 0.01 * np.ptp(model.vertices[:, 2]))


# Each region is a field in about metres: positive inside, zero along its edge.


def _shirt(model: SkinModel) -> Array:
    arm, top = _share(model, _ARM), _share(model, ("neck02", "neck03", "head", "eye"))
    trunk = np.minimum.reduce([-arm, -top, model.vertices[:, 2] - _hem(model)])
    sleeve = np.minimum(arm + 0.01, 0.3 * (0.60 - _along(model, "shoulder", "elbow")))
    return np.asarray(np.maximum(trunk, sleeve))


def _shorts(model: SkinModel) -> Array:
    low = _hem(model) - model.vertices[:, 2]
    return np.asarray(
        np.minimum.reduce([-_share(model, _ARM), low + 0.004, 0.45 * (0.55 - _along(model, "hip", "knee"))])
    )


def _feet(model: SkinModel) -> dict[str, Array]:
    foot = _share(model, ("foot", "toe"))
    return {"sock": np.minimum(0.45 * (_along(model, "knee", "ankle") - 0.74), _share(model, _LEG)), "shoe": foot}


def _hair(model: SkinModel, short_hair: bool) -> Array:
    eye = model.keypoints["left_eye"]
    ear = model.keypoints["left_ear"]
    size = abs(ear[0])
    x, y, z = ((model.vertices - np.array([0.0, ear[1], ear[2]])) / size).T
    crown = z - (eye[2] - ear[2]) / size - 0.78 - 0.12 * x * x
    back = np.minimum(-0.10 - y, z - (-0.45 if short_hair else -0.75))
    temple = np.minimum(0.25 - y, z - 0.45)
    by_ear = np.minimum.reduce([np.abs(x) - 0.85, 0.45 - np.abs(z), y + 0.35])
    inside = np.minimum(np.maximum.reduce([crown, back, temple]), -by_ear)
    return np.asarray(np.minimum(inside * size, _share(model, ("head", "neck")) + 0.02))


def _number(model: SkinModel, number: int) -> Array:
    """Return the number on chest and back: the distance to the edge of its strokes."""
    cells = 96
    glyph = np.zeros((cells, cells), np.uint8)
    scale, stroke = (3.4, 17) if number < 10 else (2.3, 13)
    (width, height), _ = cv2.getTextSize(str(number), cv2.FONT_HERSHEY_SIMPLEX, scale, stroke)
    place = ((cells - width) // 2, (cells + height) // 2)
    cv2.putText(glyph, str(number), place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, stroke)
    away = cv2.distanceTransform(glyph, cv2.DIST_L2, 3) - cv2.distanceTransform(255 - glyph, cv2.DIST_L2, 3)
    shoulder = model.keypoints["left_shoulder"]
    size = abs(shoulder[0]) * 1.5
    ahead = model.vertices[:, 1] > shoulder[1]
    across = model.vertices[:, 0] * np.where(ahead, -1.0, 1.0) / size * cells + cells / 2
    down = (shoulder[2] - 0.15 * size - model.vertices[:, 2]) / size * cells
    inside = (across >= 0) & (across < cells - 1) & (down >= 0) & (down < cells - 1)
    found = np.full(len(model.vertices), -0.02)
    found[inside] = away[down[inside].astype(int), across[inside].astype(int)] * size / cells
    return found


def _edges(count: int, faces: NDArray[np.int64]) -> sparse.csr_matrix:
    """Return which vertices share an edge, rows scaled to the mean of the neighbours."""
    first, second = faces[:, [0, 1, 2]].ravel(), faces[:, [1, 2, 0]].ravel()
    joined = sparse.coo_matrix((np.ones(2 * len(first)), (np.r_[first, second], np.r_[second, first])), (count, count))
    matrix = sparse.csr_matrix(joined)
    matrix.data[:] = 1.0
    degree = np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1.0)
    return sparse.csr_matrix(sparse.diags(1.0 / degree) @ matrix)


def _smoothed(vertices: Array, faces: NDArray[np.int64], cloth: Mask, steps: int) -> Array:
    """Let cloth hang over what it covers instead of following every hollow."""
    neighbours = _edges(len(vertices), faces)
    moved = vertices.copy()
    for _ in range(steps):
        moved[cloth] += 0.6 * ((neighbours @ moved)[cloth] - moved[cloth])
    return moved


def _stand_off(inside: dict[str, Mask]) -> Array:
    distance = np.zeros(len(inside["shirt"]))
    for region, metres in (("sock", 0.003), ("shorts", 0.014), ("shirt", 0.018), ("hair", 0.011), ("shoe", SOLE_M)):
        distance[inside[region]] = metres
    return distance


def _colors(model: SkinModel, looks: Looks, mesh: CutMesh, vertices: Array) -> NDArray[np.uint8]:
    colors = np.tile(np.array(looks.skin, np.float64), (len(mesh.faces), 1))
    center = vertices[mesh.faces].mean(axis=1)
    part = model.part_of_face[mesh.origin]
    _paint_face(model, looks, colors, center, part)
    ink: Color = _WHITE if sum(looks.shirt) < 480 else (25, 25, 30)
    paints = {"sock": _WHITE, "shorts": looks.shorts, "shirt": looks.shirt, "shoe": looks.shoes, "hair": looks.hair}
    for region, color in {**paints, "number": ink}.items():
        colors[(mesh.fields[:, REGIONS.index(region)][mesh.faces].mean(axis=1) > 0)] = color
    sole = mesh.fields[:, REGIONS.index("shoe")][mesh.faces].mean(axis=1) > 0
    colors[sole & (center[:, 2] < vertices[:, 2].min() + 0.022)] = _WHITE
    return np.clip(colors, 0, 255).astype(np.uint8)


def _paint_face(model: SkinModel, looks: Looks, colors: Array, center: Array, part: NDArray[np.int64]) -> None:
    eye, nose = model.keypoints["left_eye"], model.keypoints["nose"]
    size = abs(eye[0])
    side, height = np.abs(np.abs(center[:, 0]) - size), center[:, 2]
    ahead = (part > 0) & (center[:, 1] > eye[1] - 0.6 * size)
    eyes = part == 2
    colors[eyes] = (238, 236, 232)
    colors[eyes & (np.hypot(side, height - eye[2]) < 0.19 * size)] = (45, 32, 24)
    lift = height - eye[2] - 0.55 * size + 0.25 * side
    brow = ahead & ~eyes & (side < 0.75 * size) & (np.abs(lift) < 0.13 * size)
    colors[brow] = 0.75 * np.array(looks.hair) + 0.25 * np.array(looks.skin)
    mouth = ahead & (np.abs(center[:, 0]) < 0.75 * size) & (np.abs(height - nose[2] + 1.15 * size) < 0.20 * size)
    colors[mouth] = np.array(looks.skin) * (0.92, 0.72, 0.70)
