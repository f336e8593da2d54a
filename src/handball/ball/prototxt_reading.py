"""Reading back the texts of `prototxt`: the same layers and settings, or one sentence on the first line that differs.

Fields may stand in any order, comments anywhere, and `pad: 0` and `stride: 1` may be left out, as Caffe takes them
unasked. Whatever else is not as we write it is refused: a layer or a setting that was passed over in silence would make
another net of the same name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

import attrs

from handball.ball.prototxt import Batches, NetDescription, net_prototxt, solver_prototxt
from handball.ball.solver import LearningRatePolicy, SolverSettings
from handball.ball.structures import BallStructure, Convolution
from handball.ball.text_format import Field, Message, Value, Word, parsed, refuse
from handball.errors import InvalidPrototxtError

_UNASKED = {"pad": 0, "stride": 1}
_PHASES = ("TRAIN", "TEST")

Setting = TypeVar("Setting", int, float, str)


def load_net(path: Path) -> NetDescription:
    """Read the text of a net from a file. Raises `InvalidPrototxtError` with its name."""
    try:
        return read_net(_text(path))
    except InvalidPrototxtError as error:
        raise InvalidPrototxtError(f"{path}: {error}") from error


def load_solver(path: Path) -> SolverSettings:
    """Read the text of a solver from a file. Raises `InvalidPrototxtError` with its name."""
    try:
        return read_solver(_text(path))
    except InvalidPrototxtError as error:
        raise InvalidPrototxtError(f"{path}: {error}") from error


def read_net(text: str) -> NetDescription:
    """Return what the text of a net says.

    Raises
    ------
    InvalidPrototxtError
        When it is no text of fields, or another net than `net_prototxt` writes.

    Examples
    --------
    >>> from handball.ball.structures import SMALL, STRUCTURES
    >>> net = NetDescription(structure=STRUCTURES[7], size=SMALL, batches=Batches())
    >>> read_net(net_prototxt(net)) == net
    True
    """
    found = parsed(text)
    layers = [_message(field) for field in found.fields if field.name == "layer"]
    try:
        net = _described(found, layers)
    except ValueError as error:
        raise InvalidPrototxtError(str(error)) from error
    expected = parsed(net_prototxt(net))
    for got, wanted in zip(_of_type(found), _of_type(expected), strict=False):
        if got[1] != wanted[1]:
            refuse(got[0], f"a layer of type {got[1]}, expected {wanted[1]} there")
    _compare(found, expected, 0)
    return net


def read_solver(text: str) -> SolverSettings:
    """Return what the text of a solver says.

    Raises
    ------
    InvalidPrototxtError
        When it is no text of fields, or a setting is missing, unknown, given twice or out of its range.

    Examples
    --------
    >>> read_solver(solver_prototxt(SolverSettings(base_lr=0.02))).base_lr
    0.02
    """
    found = parsed(text)
    settings: dict[str, Any] = {}
    for field in attrs.fields(SolverSettings):
        kind = {"int": int, "float": float}.get(str(field.type), str)
        settings[field.name] = _setting(_single(found, field.name), kind)
    if settings["lr_policy"] not in get_args(LearningRatePolicy):
        refuse(_single(found, "lr_policy").line, f"lr_policy is {settings['lr_policy']!r}, expected fixed, step or inv")
    try:
        solver = SolverSettings(**settings)
    except ValueError as error:
        raise InvalidPrototxtError(str(error)) from error
    _compare(found, parsed(solver_prototxt(solver)), 0)
    return solver


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidPrototxtError(
            f"the file cannot be read ({error}), expected a text of a net or a solver"
        ) from error


def _described(found: Message, layers: list[Message]) -> NetDescription:
    """Return what the numbers say that may differ from net to net; the rest is compared afterwards."""
    name = _setting(_single(found, "name"), str)
    made = [_inner(layer, "convolution_param") for layer in layers if _kind(layer) == "Convolution"]
    full = [_inner(layer, "inner_product_param") for layer in layers if _kind(layer) == "InnerProduct"]
    if not full:
        refuse(0, "there is no layer of type InnerProduct, expected the text of a ball net")
    structure = BallStructure(
        name=name,
        convolutions=tuple(
            Convolution(maps=_whole(each, "num_output"), kernel=_whole(each, "kernel_size")) for each in made
        ),
        fc1=_whole(full[0], "num_output"),
        fc_relu=any(_kind(layer) == "ReLU" and Field("bottom", "fc1") in layer.fields for layer in layers),
    )
    listed = [_inner(layer, "image_data_param") for layer in layers if _kind(layer) == "ImageData"]
    if not listed:
        return NetDescription(structure=structure, size=_input_size(layers))
    if len(listed) != len(_PHASES):
        refuse(0, f"expected two layers of type ImageData, for training and for the test, found {len(listed)}")
    return NetDescription(
        structure=structure,
        size=(_whole(listed[0], "new_width"), _whole(listed[0], "new_height")),
        batches=Batches(train=_whole(listed[0], "batch_size"), test=_whole(listed[1], "batch_size")),
    )


def _input_size(layers: list[Message]) -> tuple[int, int]:
    entries = [layer for layer in layers if _kind(layer) == "Input"]
    if not entries:
        refuse(0, "there is no layer of type Input or ImageData that says the size of the pictures")
    shape = _inner(_inner(entries[0], "input_param"), "shape")
    lengths = [_setting(field, int) for field in shape.fields if field.name == "dim"]
    if len(lengths) != 4:
        refuse(shape.fields[0].line if shape.fields else 0, f"a shape has four dim, found {len(lengths)}")
    return lengths[3], lengths[2]


def _compare(found: Message, expected: Message, line: int) -> None:
    """Refuse the first field that is missing, unexpected or another one; fields of one name keep their order."""
    names = {field.name for field in expected.fields}
    for field in found.fields:
        if field.name not in names:
            refuse(field.line, f"{field.name!r} is not expected here; expected {', '.join(sorted(names)) or 'nothing'}")
    for name in dict.fromkeys(field.name for field in expected.fields):
        wanted = [field for field in expected.fields if field.name == name]
        got = [field for field in found.fields if field.name == name]
        if not got and len(wanted) == 1 and _UNASKED.get(name) == wanted[0].value:
            continue
        if len(got) != len(wanted):
            refuse(got[-1].line if got else line, f"{name!r} must be there {len(wanted)} times, found {len(got)}")
        for own, other in zip(got, wanted, strict=True):
            _compare_values(own, other)


def _compare_values(found: Field, expected: Field) -> None:
    if isinstance(found.value, Message) and isinstance(expected.value, Message):
        _compare(found.value, expected.value, found.line)
    elif found.value != expected.value or isinstance(found.value, str) != isinstance(expected.value, str):
        refuse(found.line, f"{found.name!r} is {_shown(found.value)}, expected {_shown(expected.value)}")


def _shown(value: Value) -> str:
    if isinstance(value, Message):
        return "a message in braces"
    return value.text if isinstance(value, Word) else repr(value)


def _of_type(whole: Message) -> Iterator[tuple[int, str]]:
    for field in whole.fields:
        if field.name == "layer":
            yield field.line, _kind(_message(field))


def _kind(layer: Message) -> str:
    return _setting(_single(layer, "type"), str)


def _inner(outer: Message, name: str) -> Message:
    return _message(_single(outer, name))


def _whole(outer: Message, name: str) -> int:
    return _setting(_single(outer, name), int)


def _message(field: Field) -> Message:
    if not isinstance(field.value, Message):
        refuse(field.line, f"{field.name!r} must be a message in braces, found {_shown(field.value)}")
    return field.value


def _single(outer: Message, name: str) -> Field:
    fields = [field for field in outer.fields if field.name == name]
    if len(fields) != 1:
        around = outer.fields[0].line if outer.fields else 0
        refuse(fields[-1].line if fields else around, f"{name!r} must be there once, found {len(fields)} times")
    return fields[0]


def _setting(field: Field, kind: type[Setting]) -> Setting:
    value = float(field.value) if kind is float and isinstance(field.value, int) else field.value
    if not isinstance(value, kind):
        names = {int: "a whole number", float: "a number", str: "a text in quotes"}
        refuse(field.line, f"{field.name!r} must be {names[kind]}, found {_shown(field.value)}")
    return value
