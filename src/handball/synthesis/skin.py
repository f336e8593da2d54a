"""The skin of a player: the surface of the body model, moved by the segments of the rig.

Linear blend skinning in NumPy. Each bone of the model is fixed to the joint of its segment, so that the
joints of the surface are those of the exact skeleton; where two segments meet, twist is spread over the
bones between, so that shoulders and forearms do not wring.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int, UInt8
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial.transform import Rotation

from handball.domain.skeleton import Side
from handball.synthesis.motion import Motion
from handball.synthesis.players import Build, Looks, Player
from handball.synthesis.rig import SEGMENTS, segment_origins
from handball.synthesis.skin_clothes import Covered, dress, vertex_normals
from handball.synthesis.skin_hands import open_hand
from handball.synthesis.skin_model import SkinModel, load_skin_model
from handball.synthesis.skin_rest import anchors, measure_rest, straightening

Array = NDArray[np.float64]

# Bones that do not simply follow a segment: how much of the turn between two segments they take.
_BETWEEN = {
    "spine04": ("pelvis", "abdomen", 0.6),
    "spine03": ("abdomen", "chest", 0.35),
    "spine02": ("abdomen", "chest", 0.75),
    "neck01": ("chest", "neck", 0.6),
    "neck03": ("neck", "head", 0.5),
}
# Bone: the segment it belongs to, the one it twists against, and the share of the twist.
_TWISTED = {
    "upperarm01": ("upper_arm", "clavicle", 0.4),
    "lowerarm01": ("forearm", "upper_arm", 0.5),
    "lowerarm02": ("forearm", "hand", 0.6),
    "upperleg01": ("thigh", "pelvis", 0.4),
    "lowerleg02": ("shank", "foot", 0.5),
}
_ENDS = {"upper_arm": "forearm", "forearm": "hand", "thigh": "shank", "shank": "foot"}
_SHOULDER_SHARE = 0.3
_FOLLOWS = (
    (("root", "pelvis", "spine05"), "pelvis"),
    (("spine01",), "chest"),
    (("neck",), "neck"),
    (("head", "eye"), "head"),
    (("clavicle",), "clavicle"),
    (("upperarm",), "upper_arm"),
    (("lowerarm",), "forearm"),
    (("wrist", "finger", "metacarpal"), "hand"),
    (("upperleg",), "thigh"),
    (("lowerleg",), "shank"),
    (("foot",), "foot"),
    (("toe",), "toes"),
)


class Surface(NamedTuple):
    """A body at one moment: vertices and unit normals in the world."""

    vertices: Float[np.ndarray, "vertices 3"]
    normals: Float[np.ndarray, "vertices 3"]


class Skin:
    """The dressed surface of one player, ready to be posed.

    Attributes
    ----------
    faces
        Corners of the triangles, shape (faces, 3).
    colors
        RGB of the triangles, shape (faces, 3).

    Raises
    ------
    MissingExtraError
        Where the extra `synth` is not installed.
    """

    def __init__(self, player: Player) -> None:
        body = _dressed(player.build, player.looks, player.hand, player.sex == "male")
        model = body.model
        self.player = player
        self._bones = model.bones
        self._scale = player.body.height / measure_rest(model).height
        self._anchors = anchors(model)
        self._straight = straightening(model)
        self._axes = {name: self._axis(name, end) for name, end in _sided_pairs(_ENDS)}
        self.faces: Int[np.ndarray, "faces 3"] = body.covered.faces
        self.colors: UInt8[np.ndarray, "faces 3"] = body.covered.colors
        self._vertices, self._normals, self._weights = body.vertices, body.normals, body.weights

    def _axis(self, segment: str, end: str) -> Array:
        along = self._anchors[end] - self._anchors[segment]
        return np.asarray(along / np.linalg.norm(along))

    def bone_transforms(self, root: Array, rotations: Array) -> Float[np.ndarray, "frames bones 3 4"]:
        """Return what moves each bone of the model from its shipped pose into the world.

        Parameters
        ----------
        root
            Middle of the hips in metres, shape (frames, 3).
        rotations
            Of `SEGMENTS`, shape (frames, segments, 3, 3).
        """
        turned = {name: rotations[:, row] @ self._straight[name] for row, name in enumerate(SEGMENTS)}
        placed = segment_origins(self.player.body, root, rotations)
        transforms = np.empty((len(root), len(self._bones), 3, 4))
        for number, bone in enumerate(self._bones):
            segment, rotation = self._bone(bone, turned)
            transforms[:, number, :, :3] = rotation * self._scale
            shift = rotation @ (self._anchors[segment] * self._scale)
            transforms[:, number, :, 3] = placed[:, SEGMENTS.index(segment)] - shift
        return transforms

    def _bone(self, bone: str, turned: dict[str, Array]) -> tuple[str, Array]:
        """Return the segment whose joint holds a bone, and the bone's rotation."""
        stem, _, letter = bone.partition(".")
        side = {"L": "left_", "R": "right_"}.get(letter, "")
        if stem in _BETWEEN:
            first, second, share = _BETWEEN[stem]
            return second, _part_of_turn(turned[first], turned[second], share)
        if stem in _TWISTED:
            own, other, share = _TWISTED[stem]
            against = other if other in turned else side + other
            own = side + own
            if other in ("hand", "foot"):
                return own, _twisted_towards(turned[own], turned[against], self._axes[own], share)
            return own, _twisted_from(turned[against], turned[own], self._axes[own], share)
        if stem == "shoulder01":
            arm, clavicle = turned[side + "upper_arm"], turned[side + "clavicle"]
            swung = _twisted_from(clavicle, arm, self._axes[side + "upper_arm"], 0.0)
            return side + "upper_arm", _part_of_turn(clavicle, swung, _SHOULDER_SHARE)
        segment = next(name for stems, name in _FOLLOWS if stem.startswith(stems))
        segment = segment if segment in turned else side + segment
        return segment, turned[segment]

    def surface(self, transforms: Float[np.ndarray, "bones 3 4"]) -> Surface:
        """Return the body for one row of `bone_transforms`."""
        blended = (self._weights @ transforms.reshape(len(self._bones), 12).astype(np.float32)).reshape(-1, 3, 4)
        turns = blended[:, :, :3]
        normals = np.einsum("vij,vj->vi", turns, self._normals)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
        vertices = np.einsum("vij,vj->vi", turns, self._vertices) + blended[:, :, 3]
        return Surface(vertices=vertices, normals=normals)

    def vertices(self, motion: Motion) -> Float[np.ndarray, "frames vertices 3"]:
        """Return the vertices of every frame of a motion, metres in the world."""
        transforms = self.bone_transforms(motion.root, motion.rotations)
        return np.stack([self.surface(row).vertices for row in transforms])


class _Dressed(NamedTuple):
    model: SkinModel
    covered: Covered
    vertices: NDArray[np.float32]
    normals: NDArray[np.float32]
    weights: sparse.csr_matrix


@functools.lru_cache(maxsize=32)
def _dressed(build: Build, looks: Looks, hand: Side, short_hair: bool) -> _Dressed:
    """Shape and dress a body: slow, and the same for all motions of a player."""
    model = load_skin_model(build)
    covered = dress(open_hand(model, hand), looks, short_hair=short_hair)
    return _Dressed(
        model=model,
        covered=covered,
        vertices=covered.vertices.astype(np.float32),
        normals=vertex_normals(covered.vertices, covered.faces).astype(np.float32),
        weights=sparse.csr_matrix(covered.mix @ _sparse_weights(model)).astype(np.float32),
    )


def _sided_pairs(pairs: dict[str, str]) -> list[tuple[str, str]]:
    return [(f"{side}_{first}", f"{side}_{second}") for side in ("left", "right") for first, second in pairs.items()]


def _sparse_weights(model: SkinModel) -> sparse.csr_matrix:
    count, influences = model.weights.shape
    rows = np.repeat(np.arange(count), influences)
    cells = (model.weights.ravel().astype(np.float32), (rows, model.weight_bones.ravel()))
    matrix = sparse.csr_matrix(cells, shape=(count, len(model.bones)))
    matrix.eliminate_zeros()
    return matrix


def _part_of_turn(first: Array, second: Array, share: float) -> Array:
    """Turn from one orientation towards another by a share of the way."""
    between = Rotation.from_matrix(np.swapaxes(first, -1, -2) @ second).as_rotvec()
    return np.asarray(first @ Rotation.from_rotvec(between * share).as_matrix())


def _twist_angle(turn: Array, axis: Array) -> Array:
    """Return the angle of the part of a rotation that turns about an axis, in radians from -pi to pi."""
    quaternion = Rotation.from_matrix(turn).as_quat()
    angle = 2 * np.arctan2(quaternion[..., :3] @ axis, quaternion[..., 3])
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)


def _about(axis: Array, angle: Array) -> Array:
    return np.asarray(Rotation.from_rotvec(angle[..., None] * axis).as_matrix())


def _twisted_from(parent: Array, own: Array, axis: Array, share: float) -> Array:
    """Keep where a limb points, with only a share of its twist against what carries it."""
    angle = _twist_angle(np.swapaxes(parent, -1, -2) @ own, axis)
    return np.asarray(own @ _about(axis, angle * (share - 1.0)))


def _twisted_towards(own: Array, child: Array, axis: Array, share: float) -> Array:
    """Give a limb a share of the twist of what it carries."""
    angle = _twist_angle(np.swapaxes(own, -1, -2) @ child, axis)
    return np.asarray(own @ _about(axis, angle * share))
