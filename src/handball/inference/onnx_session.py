"""Running an `.onnx` net on the processor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handball.errors import ModelError


class OnnxSession:
    """A net with one input and one output, ready to run.

    Raises
    ------
    ModelError
        When the file is no net that can run here.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        # Takes 100 ms to import, which `handball --help` must not pay.
        import onnxruntime  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise ModelError(
                f"{path} is not an .onnx net that can run here: name another one, or install handball anew where it is "
                f"one of its own ({error})"
            ) from error
        entries, results = self._session.get_inputs(), self._session.get_outputs()
        if (len(entries), len(results)) != (1, 1):
            raise ModelError(f"{path} has {len(entries)} inputs and {len(results)} outputs, expected one of each")
        self._entry = entries[0].name

    @property
    def metadata(self) -> dict[str, str]:
        """What the net says of itself."""
        return dict(self._session.get_modelmeta().custom_metadata_map)

    def run(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Run the net on one array."""
        result: NDArray[np.float32] = self._session.run(None, {self._entry: values})[0]
        return result
