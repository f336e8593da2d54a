"""The lifting net (SPEC 4.1): convolutions over time with residual blocks.

After Pavllo et al., "3D human pose estimation in video with temporal convolutions and semi-supervised training",
CVPR 2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import torch
from torch import Tensor, nn

KERNELS: Mapping[int, tuple[int, ...]] = MappingProxyType(
    {27: (3, 3, 3), 45: (3, 3, 5), 81: (3, 3, 3, 3), 243: (3, 3, 3, 3, 3)}
)
"""Kernel sizes by receptive field."""


class TemporalConvolution(nn.Module):
    """Convolutions without padding inside: (clips, channels, frames + receptive field - 1) to frames.

    Parameters
    ----------
    channels, outputs
        Numbers a frame going in and coming out.
    width
        Channels inside.
    kernels
        Odd kernel sizes; the receptive field is their product.
    dropout
        Share of the channels that is left out in training.
    shortcuts
        Pairs of an input and an output channel: the net gives the difference from the input of the same frame, which
        makes a joint's place in the picture the start of its place in space.
    causal
        Give the last frame of what the net sees instead of the middle one: nothing of the future is needed.
    strided
        Take steps as long as the kernels instead of dilating them: one frame out of every receptive field, at a
        fraction of the work. Weights are those of the dilated form, and so is the result.
    """

    def __init__(
        self,
        channels: int,
        outputs: int,
        *,
        width: int = 256,
        kernels: Sequence[int] = KERNELS[45],
        dropout: float = 0.1,
        shortcuts: Sequence[tuple[int, int]] = (),
        causal: bool = False,
        strided: bool = False,
    ) -> None:
        super().__init__()
        carried = torch.zeros(outputs, channels, 1)
        for entry, result in shortcuts:
            carried[result, entry] = 1.0
        self.carried: Tensor
        self.register_buffer("carried", carried, persistent=False)
        self.causal, self.strided, self.kernels = causal, strided, tuple(kernels)
        self.expand = nn.Sequential(self._convolution(channels, width, kernels[0], 1), *_activation(width, dropout))
        self.blocks = nn.ModuleList()
        self.receptive_field = kernels[0]
        for kernel in kernels[1:]:
            self.blocks.append(
                nn.Sequential(
                    self._convolution(width, width, kernel, self.receptive_field),
                    *_activation(width, dropout),
                    nn.Conv1d(width, width, 1, bias=False),
                    *_activation(width, dropout),
                )
            )
            self.receptive_field *= kernel
        self.shrink = nn.Conv1d(width, outputs, 1)

    @property
    def before(self) -> int:
        """Frames that the net sees before the one that it gives."""
        return self.receptive_field - 1 - self.after

    @property
    def after(self) -> int:
        """Frames that the net sees after the one that it gives."""
        return 0 if self.causal else (self.receptive_field - 1) // 2

    def forward(self, values: Tensor) -> Tensor:
        """Return (clips, outputs, frames)."""
        now = self._kept(values, self.receptive_field, 1)
        reach = self.kernels[0]
        values = self.expand(values)
        for kernel, block in zip(self.kernels[1:], self.blocks, strict=True):
            values = self._kept(values, kernel, reach) + block(values)
            reach *= kernel
        result: Tensor = self.shrink(values) + nn.functional.conv1d(now, self.carried)
        return result

    def _kept(self, values: Tensor, kernel: int, dilation: int) -> Tensor:
        """Return the frames that the results of a convolution belong to."""
        first = kernel - 1 if self.causal else (kernel - 1) // 2
        if self.strided:
            return values[:, :, first::kernel]
        begin = first * dilation
        return values[:, :, begin : values.shape[2] - ((kernel - 1) * dilation - begin)]

    def _convolution(self, channels: int, outputs: int, kernel: int, dilation: int) -> nn.Conv1d:
        step, spread = (kernel, 1) if self.strided else (1, dilation)
        return nn.Conv1d(channels, outputs, kernel, stride=step, dilation=spread, bias=False)


def _activation(width: int, dropout: float) -> tuple[nn.Module, ...]:
    return nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(dropout)
