"""Cutting a mesh along the line where a field changes sign, so that hems and edges of colours are smooth."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray
from scipy import sparse

from handball.domain.arrays import column

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

_SNAP = 0.08
"""A cut nearer to a corner than this share of an edge goes through the corner."""


@attrs.frozen(kw_only=True)
class CutMesh:
    """Triangles after cuts. Each vertex is a mean of old ones (`mix`, rows of weights); each triangle part of one."""

    mix: Any
    faces: Int[np.ndarray, "faces 3"] = column(np.int64)
    origin: Int[np.ndarray, " faces"] = column(np.int64)
    fields: Float[np.ndarray, "vertices fields"] = column(np.float64)


def uncut(faces: NDArray[np.int64], fields: Array) -> CutMesh:
    """Return a mesh before any cut; `fields` has one column for each line to cut along."""
    mix = sparse.identity(len(fields), format="csr")
    return CutMesh(mix=mix, faces=faces, origin=np.arange(len(faces)), fields=fields)


def cut(mesh: CutMesh, number: int) -> CutMesh:
    """Cut all triangles in which one field changes its sign."""
    fields = _snapped(mesh, number)
    values = fields[:, number]
    signs = np.sign(values)
    crossed = np.sort(mesh.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    edges = np.unique(crossed[signs[crossed[:, 0]] * signs[crossed[:, 1]] < 0], axis=0)
    if not len(edges):
        return attrs.evolve(mesh, fields=fields)
    share = (values[edges[:, 0]] / (values[edges[:, 0]] - values[edges[:, 1]]))[:, None]
    count, old = len(edges), len(fields)
    rows = np.repeat(np.arange(count), 2)
    weights = np.concatenate([1 - share, share], axis=1).ravel()
    step = sparse.csr_matrix((weights, (rows, edges.ravel())), shape=(count, old))
    added = np.asarray(step @ fields)
    added[:, number] = 0.0
    between = {(int(a), int(b)): old + row for row, (a, b) in enumerate(edges)}
    faces, origin = _recut(mesh, signs, between)
    return CutMesh(
        mix=sparse.vstack([mesh.mix, step @ mesh.mix]).tocsr(),
        faces=faces,
        origin=origin,
        fields=np.concatenate([fields, added]),
    )


def _snapped(mesh: CutMesh, number: int) -> Array:
    """Put corners on the line that it passes closely, so that no slivers arise."""
    fields = np.array(mesh.fields)
    values = fields[:, number]
    scale = np.zeros(len(values))
    steps = np.abs(values[mesh.faces] - values[np.roll(mesh.faces, 1, axis=1)]).max(axis=1)
    for corner in range(3):
        np.maximum.at(scale, mesh.faces[:, corner], steps)
    fields[np.abs(values) < _SNAP * scale, number] = 0.0
    return fields


def _recut(mesh: CutMesh, signs: Array, between: dict[tuple[int, int], int]) -> tuple[Indices, Indices]:
    corner = signs[mesh.faces]
    touched = (corner.max(axis=1) > 0) & (corner.min(axis=1) < 0)
    faces: list[tuple[int, int, int]] = []
    origin: list[int] = []
    for row in np.flatnonzero(touched):
        pieces = _pieces([int(vertex) for vertex in mesh.faces[row]], signs, between)
        faces += pieces
        origin += [int(mesh.origin[row])] * len(pieces)
    return (
        np.concatenate([mesh.faces[~touched], np.array(faces, np.int64)]),
        np.concatenate([mesh.origin[~touched], np.array(origin, np.int64)]),
    )


def _pieces(face: list[int], signs: Array, between: dict[tuple[int, int], int]) -> list[tuple[int, int, int]]:
    """Return the triangles of the parts of a triangle on either side of the line."""
    parts: dict[int, list[int]] = {1: [], -1: []}
    for vertex, following in zip(face, face[1:] + face[:1], strict=True):
        for sign, part in parts.items():
            if signs[vertex] * sign >= 0:
                part.append(vertex)
        new = between.get((min(vertex, following), max(vertex, following)))
        if new is not None:
            parts[1].append(new)
            parts[-1].append(new)
    return [(part[0], b, c) for part in parts.values() for b, c in pairwise(part[1:])]
