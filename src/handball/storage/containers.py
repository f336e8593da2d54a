"""Containers as JSON and arrays, without pickles: only the containers of the domain are ever built.

A container becomes an object with its class and fields, an array the name of an array in the file, a tuple a list. A
field that a file lacks takes its default, so that containers may grow; a path keeps its last part only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from handball import domain
from handball.domain.skeleton import BODY_23, Skeleton

_MODULES = tuple(import_module(f"{domain.__name__}.{found.name}") for found in iter_modules(domain.__path__))
_CLASSES: Mapping[str, type[Any]] = {
    name: one
    for module in _MODULES
    for name, one in vars(module).items()
    if isinstance(one, type) and attrs.has(one) and one.__module__ == module.__name__
}
_KIND = "$kind"
"""No field can have this name."""
Parts = dict[str, NDArray[Any]]
Blobs = dict[str, bytes]


@attrs.define
class Packer:
    """Turns containers into JSON values; arrays and pictures are collected on the side."""

    arrays: Parts = attrs.field(factory=dict)
    blobs: Blobs = attrs.field(factory=dict)

    def packed(self, value: Any) -> Any:
        """Return a value for JSON. Raises `TypeError` for a class that is not known here."""
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {_KIND: "number", "text": str(value)}
        if isinstance(value, tuple):
            return [self.packed(one) for one in value]
        return self._packed_object(value)

    def _packed_object(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return {_KIND: "array", "name": self._kept(self.arrays, value, "a{:04d}")}
        if isinstance(value, bytes):
            return {_KIND: "bytes", "name": self._kept(self.blobs, value, "pictures/{:05d}.jpg")}
        if isinstance(value, Path):
            return {_KIND: "path", "name": value.name}
        if isinstance(value, Skeleton):
            return {_KIND: "skeleton", "name": value.name}
        if type(value).__name__ not in _CLASSES:
            raise TypeError(f"{type(value).__name__} cannot be stored")
        fields = {field.name: self.packed(getattr(value, field.name)) for field in attrs.fields(type(value))}
        return {_KIND: type(value).__name__} | fields

    def _kept(self, parts: dict[str, Any], value: Any, pattern: str) -> str:
        name = pattern.format(len(parts))
        parts[name] = value
        return name


@attrs.frozen
class Unpacker:
    """Builds containers from the JSON values, arrays and pictures of a file."""

    arrays: Mapping[str, NDArray[Any]]
    blobs: Mapping[str, bytes]

    def unpacked(self, value: Any) -> Any:
        """Return what was packed.

        Raises
        ------
        KeyError, TypeError, ValueError
            For anything that `Packer` does not write, and for containers that are not valid.
        """
        if isinstance(value, list):
            return tuple(self.unpacked(one) for one in value)
        return self._unpacked_object(value) if isinstance(value, dict) else value

    def _unpacked_object(self, value: dict[str, Any]) -> Any:
        kind = value[_KIND]
        if kind in _CLASSES:
            return self._container(_CLASSES[kind], value)
        if kind == "number":
            return float(value["text"])
        if kind == "array":
            return self.arrays[value["name"]]
        if kind == "bytes":
            return self.blobs[value["name"]]
        if kind == "path":
            return Path(Path(str(value["name"])).name)
        if kind == "skeleton" and value["name"] == BODY_23.name:
            return BODY_23
        raise ValueError(f"it holds a {kind} that is not known")

    def _container(self, built: type[Any], value: dict[str, Any]) -> Any:
        known = {field.name for field in attrs.fields(built)}
        unknown = sorted(set(value) - known - {_KIND})
        if unknown:
            raise ValueError(f"{built.__name__} has no {unknown[0]}")
        return built(**{name: self.unpacked(one) for name, one in value.items() if name != _KIND})
