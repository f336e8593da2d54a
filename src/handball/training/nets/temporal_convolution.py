"""The lifting net (SPEC 4.1): convolutions over time with residual blocks.

After Pavllo et al., "3D human pose estimation in video with temporal convolutions and semi-supervised training",
CVPR 2019.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class TemporalConvolution(nn.Module):
    """Dilated convolutions without padding inside: (clips, channels, frames + receptive field - 1) to frames.

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
    """

    def __init__(
        self,
        channels: int,
        outputs: int,
        *,
        width: int = 256,
        kernels: Sequence[int] = (3, 3, 5),
        dropout: float = 0.1,
        shortcuts: Sequence[tuple[int, int]] = (),
    ) -> None:
        super().__init__()
        carried = torch.zeros(outputs, channels, 1)
        for entry, result in shortcuts:
            carried[result, entry] = 1.0
        self.carried: Tensor
        self.register_buffer("carried", carried, persistent=False)
        self.expand = nn.Sequential(_convolution(channels, width, kernels[0], 1), *_activation(width, dropout))
        self.blocks = nn.ModuleList()
        self.margins = []
        self.receptive_field = kernels[0]
        for kernel in kernels[1:]:
            self.margins.append(self.receptive_field * (kernel - 1) // 2)
            self.blocks.append(
                nn.Sequential(
                    _convolution(width, width, kernel, self.receptive_field),
                    *_activation(width, dropout),
                    _convolution(width, width, 1, 1),
                    *_activation(width, dropout),
                )
            )
            self.receptive_field *= kernel
        self.shrink = nn.Conv1d(width, outputs, 1)

    def forward(self, values: Tensor) -> Tensor:
        """Return (clips, outputs, frames)."""
        margin = (self.receptive_field - 1) // 2
        now = values[:, :, margin : values.shape[2] - margin]
        values = self.expand(values)
        for edge, block in zip(self.margins, self.blocks, strict=True):
            values = values[:, :, edge : values.shape[2] - edge] + block(values)
        result: Tensor = self.shrink(values) + nn.functional.conv1d(now, self.carried)
        return result


def _convolution(channels: int, outputs: int, kernel: int, dilation: int) -> nn.Conv1d:
    return nn.Conv1d(channels, outputs, kernel, dilation=dilation, bias=False)


def _activation(width: int, dropout: float) -> tuple[nn.Module, ...]:
    return nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(dropout)
