"""The body surface of the `anny` model for one build: vertices, bones, weights and joint centres at rest.

Body model: Brégier et al., "Human Mesh Modeling for Anny Body" (arXiv 2511.03589), Apache-2.0 with CC0
assets; only data that ships in its wheel is read. Everything comes out in the body axes of `rig.py`.
"""

from __future__ import annotations

import functools
import warnings
from typing import Any

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.errors import MissingExtraError
from handball.synthesis.players import Build

Array = NDArray[np.float64]

FACE_PARTS = ("head", "eye_front", "eye_back")
_TO_BODY_AXES = np.array([-1.0, -1.0, 1.0])
"""`anny` looks along -y with its left at +x: half a turn about the vertical."""


@attrs.frozen(kw_only=True)
class SkinModel:
    """The surface in the pose that the body model ships with (arms half raised), metres.

    `keypoints` are the centres of the joints as people label them in pictures (COCO), by name;
    `part_of_face` says of each triangle whether it is head (1), eye (2) or anything else (0).
    """

    vertices: Float[np.ndarray, "vertices 3"] = column(np.float64)
    faces: Int[np.ndarray, "faces 3"] = column(np.int64)
    bones: tuple[str, ...]
    heads: Float[np.ndarray, "bones 3"] = column(np.float64)
    weights: Float[np.ndarray, "vertices influences"] = column(np.float64)
    weight_bones: Int[np.ndarray, "vertices influences"] = column(np.int64)
    keypoints: dict[str, Array]
    part_of_face: Int[np.ndarray, " faces"] = column(np.int64)

    def head_of(self, bone: str) -> Array:
        """Return the near end of a bone."""
        found: Array = self.heads[self.bones.index(bone)]
        return found


def import_anny() -> Any:
    """Import the body model. Raises `MissingExtraError` where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import anny
    except ImportError as error:
        raise MissingExtraError(
            f"players with a skin need packages that are not installed ({error.name}); "
            "run: pip install 'handball[synth]'"
        ) from error
    return anny


@functools.cache
def _loaded() -> tuple[Any, Any]:
    """Build the model once; the first time on a machine takes a minute or two, then it is in its own cache."""
    anny = import_anny()
    model = anny.Anny(phenotype_blendshapes="original", skinning_method="lbs")
    return model, anny.KeypointsRegressor.coco(model)


@functools.cache
def _parts() -> NDArray[np.int64]:
    """Sort the triangles by the map of body parts that the model ships with."""
    from anny.face_segmentation import get_face_segmentation_mask

    model, _ = _loaded()
    eyes = [f"eye_{part}.{side}" for part in ("front", "back") for side in "LR"]
    found = np.zeros(len(model.faces), np.int64)
    for number, labels in enumerate((["head"], eyes), 1):
        found[get_face_segmentation_mask(model, labels).numpy()] = number
    return found


def load_skin_model(build: Build) -> SkinModel:
    """Shape the body of a build.

    Raises
    ------
    MissingExtraError
        Where the extra `synth` is not installed.
    """
    model, regressor = _loaded()
    import torch

    with torch.no_grad():
        coefficients = model.get_phenotype_blendshape_coefficients(**attrs.asdict(build))
        rest = model.get_rest_model(coefficients)
        keypoints = regressor({"vertices": rest["rest_vertices"]})[0].double().numpy()
    return SkinModel(
        vertices=rest["rest_vertices"][0].double().numpy() * _TO_BODY_AXES,
        faces=model.faces.numpy(),
        bones=tuple(model.bone_labels),
        heads=rest["rest_bone_poses"][0, :, :3, 3].double().numpy() * _TO_BODY_AXES,
        weights=model.vertex_bone_weights.double().numpy(),
        weight_bones=model.vertex_bone_indices.numpy(),
        keypoints=dict(zip(regressor.labels, keypoints * _TO_BODY_AXES, strict=True)),
        part_of_face=_parts(),
    )
