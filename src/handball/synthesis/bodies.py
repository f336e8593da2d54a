"""Bodies of players, measured once on the `anny` model and shipped as numbers: NumPy is all that reading takes."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any, Literal

import attrs
import numpy as np

from handball.domain.skeleton import BODY_23
from handball.synthesis.players import Build
from handball.synthesis.rig import SEGMENTS, RestBody


@attrs.frozen(kw_only=True)
class MeasuredBody:
    """A body of the shipped table and the build that gives its skin."""

    name: str
    sex: Literal["female", "male"]
    group: Literal["youth", "adult"]
    build: Build
    rest: RestBody


@functools.cache
def load_bodies() -> tuple[MeasuredBody, ...]:
    """Read the bodies that ship, in the order of the table.

    Examples
    --------
    >>> bodies = load_bodies()
    >>> len(bodies), round(min(body.rest.height for body in bodies), 2)
    (16, 1.5)
    """
    text = resources.files("handball.synthesis").joinpath("bodies.toml").read_text(encoding="utf-8")
    return tuple(_body(row) for row in tomllib.loads(text)["body"])


def _body(row: dict[str, Any]) -> MeasuredBody:
    """Turn a row of the table, which is in millimetres, into a body."""
    rest = RestBody(
        origins=np.array([row["origins"][segment] for segment in SEGMENTS]) / 1000,
        joints=np.array([row["joints"][joint] for joint in BODY_23.joints]) / 1000,
        head_top=row["head_top"] / 1000,
        floor=row["floor"] / 1000,
    )
    return MeasuredBody(name=row["name"], sex=row["sex"], group=row["group"], build=Build(**row["build"]), rest=rest)
