"""Ball nets and their training as the texts that Caffe reads: training net, net in use, solver.

The paper built its net with Caffe. These texts say what ours is in Caffe's words, so that both can be compared line by
line; nothing here needs Caffe. Caffe reads pictures as BGR, while our nets take RGB: weights that go from one to the
other need the first convolution's maps in reverse.
"""

from __future__ import annotations

from pathlib import Path

import attrs

from handball.ball.solver import FROM_SCRATCH, SolverSettings
from handball.ball.structures import CLASSES, COLORS, POOL, BallStructure, map_shapes
from handball.ball.text_format import Field, Message, Value, Word, message, printed
from handball.storage.files import ensure_folder, replacing

PIXEL_SCALE = 1 / 255
"""What the pixels, 0 to 255, are multiplied by before they enter a net."""


@attrs.frozen(kw_only=True)
class Batches:
    """Pictures a batch in training and in a test; the paper's 1000 test pictures are 100 batches of 10.

    Raises
    ------
    ValueError
        When either is not positive.
    """

    train: int = 64
    test: int = 10

    def __attrs_post_init__(self) -> None:
        if self.train < 1 or self.test < 1:
            raise ValueError(f"batches must have at least one picture, found {self.train} and {self.test}")


@attrs.frozen(kw_only=True)
class NetDescription:
    """What the text of a net says.

    Attributes
    ----------
    structure
        Its layers.
    size
        Width and height of the pictures in pixels.
    batches
        Of a net for training; None for one in use.

    Raises
    ------
    ValueError
        When the pictures are too small for the structure.
    """

    structure: BallStructure
    size: tuple[int, int]
    batches: Batches | None = None

    def __attrs_post_init__(self) -> None:
        map_shapes(self.structure, self.size)


def net_prototxt(net: NetDescription) -> str:
    """Return the text of a net: for training where it has batches, else for use.

    Lists of pictures are expected as `train.txt` and `test.txt`, each line a file and its label.

    Examples
    --------
    >>> from handball.ball.structures import SMALL, STRUCTURES
    >>> net_prototxt(NetDescription(structure=STRUCTURES[3], size=SMALL)).splitlines()[0]
    'name: "ball_3"'
    """
    entry = _listed_pictures(net, net.batches) if net.batches else [_input(net.size)]
    layers = [*entry, *_hidden_layers(net.structure), *(_judges() if net.batches else [_softmax()])]
    fields = [Field("name", net.structure.name), *(Field("layer", layer) for layer in layers)]
    return printed(Message(tuple(fields)))


def solver_prototxt(settings: SolverSettings) -> str:
    """Return the text of a solver that runs on the processor.

    Examples
    --------
    >>> solver_prototxt(FROM_SCRATCH).splitlines()[3]
    'base_lr: 0.01'
    """
    told = attrs.asdict(settings)
    told["lr_policy"] = str(settings.lr_policy)
    return printed(message(*told.items(), ("type", "SGD"), ("solver_mode", Word("CPU"))))


def save_prototxts(
    folder: Path,
    structure: BallStructure,
    size: tuple[int, int],
    *,
    batches: Batches | None = None,
    settings: SolverSettings = FROM_SCRATCH,
) -> None:
    """Write `train.prototxt`, `deploy.prototxt` and `solver.prototxt` into a folder, which is made where it is missing.

    Raises
    ------
    OutputError
        When they cannot be written.
    ValueError
        When the pictures are too small for the structure.
    """
    trained = NetDescription(structure=structure, size=size, batches=batches or Batches())
    texts = {
        "train.prototxt": net_prototxt(trained),
        "deploy.prototxt": net_prototxt(attrs.evolve(trained, batches=None)),
        "solver.prototxt": solver_prototxt(settings),
    }
    ensure_folder(folder)
    for name, text in texts.items():
        with replacing(folder / name) as path:
            path.write_text(text, encoding="utf-8")


def _layer(name: str, kind: str, bottoms: tuple[str, ...], tops: tuple[str, ...], *more: tuple[str, Value]) -> Message:
    ends = [("bottom", bottom) for bottom in bottoms] + [("top", top) for top in tops]
    return message(("name", name), ("type", kind), *ends, *more)


def _listed_pictures(net: NetDescription, batches: Batches) -> list[Message]:
    width, height = net.size
    return [
        _layer(
            "data",
            "ImageData",
            (),
            ("data", "label"),
            ("include", message(("phase", Word(phase.upper())))),
            ("transform_param", message(("scale", PIXEL_SCALE))),
            (
                "image_data_param",
                message(
                    ("source", f"{phase}.txt"),
                    ("batch_size", batch),
                    ("shuffle", Word("true")),
                    ("new_height", height),
                    ("new_width", width),
                ),
            ),
        )
        for phase, batch in (("train", batches.train), ("test", batches.test))
    ]


def _input(size: tuple[int, int]) -> Message:
    shape = message(*(("dim", length) for length in (1, COLORS, size[1], size[0])))
    return _layer("data", "Input", (), ("data",), ("input_param", message(("shape", shape))))


def _hidden_layers(structure: BallStructure) -> list[Message]:
    layers, bottom = [], "data"
    for number, convolution in enumerate(structure.convolutions, 1):
        name, after = f"conv{number}", f"pool{number}"
        made = message(
            ("num_output", convolution.maps),
            ("pad", 0),
            ("kernel_size", convolution.kernel),
            ("stride", 1),
            *_fillers(),
        )
        window = message(("pool", Word("MAX")), ("kernel_size", POOL), ("stride", POOL))
        layers += [
            _layer(name, "Convolution", (bottom,), (name,), ("convolution_param", made)),
            _layer(f"relu{number}", "ReLU", (name,), (name,)),
            _layer(after, "Pooling", (name,), (after,), ("pooling_param", window)),
        ]
        bottom = after
    between = [_layer("fc_relu", "ReLU", ("fc1",), ("fc1",))] if structure.fc_relu else []
    return [*layers, _full("fc1", bottom, structure.fc1), *between, _full("fc2", "fc1", CLASSES)]


def _full(name: str, bottom: str, width: int) -> Message:
    made = message(("num_output", width), *_fillers())
    return _layer(name, "InnerProduct", (bottom,), (name,), ("inner_product_param", made))


def _fillers() -> tuple[tuple[str, Value], ...]:
    return ("weight_filler", message(("type", "xavier"))), ("bias_filler", message(("type", "constant")))


def _judges() -> list[Message]:
    test = ("include", message(("phase", Word("TEST"))))
    return [
        _layer("accuracy", "Accuracy", ("fc2", "label"), ("accuracy",), test),
        _layer("loss", "SoftmaxWithLoss", ("fc2", "label"), ("loss",)),
    ]


def _softmax() -> Message:
    return _layer("prob", "Softmax", ("fc2",), ("prob",))
