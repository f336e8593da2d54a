"""The structures of the ball net (SPEC 2.1), and what follows from one by arithmetic alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

COLORS, CLASSES = 3, 2
"""Numbers a pixel going in (RGB), and classes coming out."""
NO_BALL, BALL = 0, 1
"""The two classes, as labels and as places in the output."""
POOL = 2
"""Side and stride of the windows that maximum pooling takes, in cells."""
SMALL, CHECKING, LARGE = (64, 48), (128, 96), (320, 240)
"""Width and height of pictures in pixels: the paper's small ones; ours for quick checks; what we read "large" as."""

MapShape = tuple[int, int, int]
"""Number, height and width of maps."""


@attrs.frozen(kw_only=True)
class Convolution:
    """One convolution with stride 1 and no padding: `maps` square kernels with a side of `kernel` cells.

    Raises
    ------
    ValueError
        When either is not positive.
    """

    maps: int
    kernel: int

    def __attrs_post_init__(self) -> None:
        if self.maps < 1 or self.kernel < 1:
            raise ValueError(f"a convolution needs positive maps and kernel, found {self.maps} and {self.kernel}")


@attrs.frozen(kw_only=True)
class BallStructure:
    """Which layers a ball net has, for pictures of any size.

    Every convolution is followed by ReLU and maximum pooling, 2 x 2 with stride 2, whose windows at the right and lower
    edge may be cut off ("ceil mode"); then come two fully connected layers and a softmax over two classes. Padding 0
    and ceil mode are what Caffe does unasked.

    Attributes
    ----------
    name
        How files call it: letters, digits and `_`.
    convolutions
        At least one, in the order of the net.
    fc1
        Width of the first fully connected layer.
    fc_relu
        Whether a ReLU stands between the fully connected layers. The paper names two ReLUs, both after convolutions.

    Raises
    ------
    ValueError
        When the name is no word, there is no convolution, or `fc1` is not positive.
    """

    name: str
    convolutions: tuple[Convolution, ...]
    fc1: int
    fc_relu: bool = False

    def __attrs_post_init__(self) -> None:
        if not (self.name.isascii() and self.name.isidentifier()):
            raise ValueError(f"a structure's name must be letters, digits and _, found {self.name!r}")
        if not self.convolutions:
            raise ValueError(f"structure {self.name} has no convolution, expected at least one")
        if self.fc1 < 1:
            raise ValueError(f"fc1 of structure {self.name} must be positive, found {self.fc1}")


def _structure(number: int, kernel: int, maps: int, fc1: int) -> BallStructure:
    first = Convolution(maps=16, kernel=kernel)
    rest = (Convolution(maps=maps, kernel=3),) if maps else ()
    return BallStructure(name=f"ball_{number}", convolutions=(first, *rest), fc1=fc1)


STRUCTURES: Mapping[int, BallStructure] = MappingProxyType(
    {
        1: _structure(1, 3, 8, 96),
        2: _structure(2, 5, 8, 96),
        3: _structure(3, 3, 8, 32),
        4: _structure(4, 3, 8, 16),
        5: _structure(5, 3, 0, 32),
        6: _structure(6, 3, 0, 96),
        7: _structure(7, 3, 4, 32),
    }
)
"""1 to 6 are the rows of the paper's Table 2, and 3 is the one that it settles on. 7 is what its text says instead: 4
maps in the second convolution; the text names no width of fc1, ours is that of 3."""


def map_shapes(structure: BallStructure, size: tuple[int, int]) -> tuple[tuple[MapShape, MapShape], ...]:
    """Return the shapes of the maps after each convolution and after its pooling.

    Parameters
    ----------
    structure
        Of the net.
    size
        Width and height of the pictures in pixels.

    Raises
    ------
    ValueError
        When the pictures are too small for the kernels.

    Examples
    --------
    >>> map_shapes(STRUCTURES[3], SMALL)
    (((16, 46, 62), (16, 23, 31)), ((8, 21, 29), (8, 11, 15)))
    """
    width, height = size
    shapes = []
    for convolution in structure.convolutions:
        width, height = width - convolution.kernel + 1, height - convolution.kernel + 1
        if width < 1 or height < 1:
            raise ValueError(f"pictures of {size[0]} x {size[1]} pixels are too small for structure {structure.name}")
        convolved = (convolution.maps, height, width)
        width, height = -(-width // POOL), -(-height // POOL)
        shapes.append((convolved, (convolution.maps, height, width)))
    return tuple(shapes)


def flat_shape(structure: BallStructure, size: tuple[int, int]) -> MapShape:
    """Return the shape of the maps that the first fully connected layer sees. Raises as `map_shapes` does."""
    return map_shapes(structure, size)[-1][1]


def flat_size(structure: BallStructure, size: tuple[int, int]) -> int:
    """Return how many numbers the first fully connected layer sees. Raises as `map_shapes` does.

    Examples
    --------
    >>> flat_size(STRUCTURES[3], SMALL)
    1320
    """
    maps, height, width = flat_shape(structure, size)
    return maps * height * width


def parameter_count(structure: BallStructure, size: tuple[int, int]) -> int:
    """Return the number of weights and biases. Raises as `map_shapes` does.

    Examples
    --------
    >>> parameter_count(STRUCTURES[3], SMALL)
    43946
    """
    total, entering = 0, COLORS
    for convolution in structure.convolutions:
        total += convolution.maps * (entering * convolution.kernel**2 + 1)
        entering = convolution.maps
    return total + structure.fc1 * (flat_size(structure, size) + 1) + CLASSES * (structure.fc1 + 1)


def multiply_adds(structure: BallStructure, size: tuple[int, int]) -> int:
    """Return the products that one picture takes in convolutions and full layers, biases left out.

    Raises as `map_shapes` does.

    Examples
    --------
    >>> multiply_adds(STRUCTURES[3], SMALL)
    1975936
    """
    total, entering = 0, COLORS
    for convolution, (shape, _) in zip(structure.convolutions, map_shapes(structure, size), strict=True):
        total += shape[0] * shape[1] * shape[2] * entering * convolution.kernel**2
        entering = convolution.maps
    return total + structure.fc1 * (flat_size(structure, size) + CLASSES)
