"""Running a `.tflite` net on the processor."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import DTypeLike, NDArray

from handball.errors import ModelError

_NOISE = b"Created TensorFlow Lite XNNPACK delegate"
_ONE_AT_A_TIME = threading.Lock()
"""Two threads that redirect the terminal at once would put back each other's redirection."""


@attrs.frozen(kw_only=True)
class TensorDescription:
    """Name, shape and type of an input or output."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any] = attrs.field(converter=np.dtype)


class TfliteSession:
    """A net with one input, ready to run.

    Not thread-safe: take one session per thread.

    Parameters
    ----------
    path
        A `.tflite` file, normally from `model_path`.
    threads
        Threads that one run may use.
    inner
        Names of tensors inside the net that `run` gives beside its outputs.

    Attributes
    ----------
    input
        Shape and type that `run` expects.
    outputs
        Names, shapes and types that `run` gives.

    Raises
    ------
    ModelError
        When the file is no net that can run here, or has no inner tensor of a name.
    """

    def __init__(self, path: Path, threads: int = 2, inner: Sequence[str] = ()) -> None:
        # Takes 50 ms to import, which `handball --help` must not pay.
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415

        try:
            with _ONE_AT_A_TIME, _without_start_message(), warnings.catch_warnings():
                # it warns of the memory that tensors inside take, which is what is asked for
                warnings.filterwarnings("ignore", message=".*experimental_preserve_all_tensors")
                self._interpreter = Interpreter(
                    str(path), num_threads=threads, experimental_preserve_all_tensors=bool(inner)
                )
                self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"{path} is not a .tflite net that can run here ({error})") from error
        entries, results = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        results = [*results, *self._inner(path, inner)]
        if len(entries) != 1:
            raise ModelError(f"{path} has {len(entries)} inputs, expected 1")
        self.input = _description(entries[0])
        self.outputs = tuple(_description(result) for result in results)
        self._entry: int = entries[0]["index"]
        self._results: tuple[tuple[str, int], ...] = tuple((result["name"], result["index"]) for result in results)

    def _inner(self, path: Path, names: Sequence[str]) -> list[dict[str, Any]]:
        known = {details["name"]: details for details in self._interpreter.get_tensor_details()} if names else {}
        missing = [name for name in names if name not in known]
        if missing:
            raise ModelError(f"{path} has no tensor {missing[0]!r} inside")
        return [known[name] for name in names]

    def run(self, values: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """Run the net once and return its outputs by name, as arrays of the caller's own.

        Raises
        ------
        ValueError
            For an array of another shape or type than `input`.
        """
        if values.shape != self.input.shape or values.dtype != self.input.dtype:
            raise ValueError(
                f"expected {self.input.dtype} of shape {self.input.shape}, found {values.dtype} of shape {values.shape}"
            )
        self._interpreter.set_tensor(self._entry, values)
        self._interpreter.invoke()
        return {name: self._interpreter.get_tensor(index) for name, index in self._results}


def _description(details: dict[str, Any]) -> TensorDescription:
    shape = tuple(int(length) for length in details["shape"])
    dtype: DTypeLike = details["dtype"]
    return TensorDescription(name=details["name"], shape=shape, dtype=dtype)


@contextmanager
def _without_start_message() -> Iterator[None]:
    """Keep one line off the terminal that the library prints from C++ and that no setting silences.

    Everything else that is written to the terminal meanwhile is passed on afterwards.
    """
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, AttributeError):  # no terminal at all, as under pythonw
        yield
        return
    with tempfile.TemporaryFile() as sink:
        os.dup2(sink.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            sink.seek(0)
            passed = b"".join(line for line in sink if _NOISE not in line)
            if passed:
                os.write(2, passed)
