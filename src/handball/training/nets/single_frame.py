"""A lifting net that sees one picture at a time: residual blocks of full layers, the baseline of the temporal net.

After Martinez et al., "A simple yet effective baseline for 3d human pose estimation", ICCV 2017.
"""

from __future__ import annotations

from torch import Tensor, nn


class SingleFrame(nn.Module):
    """Layers over the channels of each frame: (clips, channels, frames) to (clips, outputs, frames).

    Parameters
    ----------
    channels, outputs
        Numbers a frame going in and coming out.
    width
        Channels inside; 1024 in the publication.
    blocks
        Residual blocks of two layers each.
    dropout
        Share of the channels that is left out in training.
    """

    receptive_field, before, after = 1, 0, 0

    def __init__(
        self, channels: int, outputs: int, *, width: int = 1024, blocks: int = 2, dropout: float = 0.5
    ) -> None:
        super().__init__()
        self.expand = nn.Sequential(*_layer(channels, width, dropout))
        self.blocks = nn.ModuleList(
            nn.Sequential(*_layer(width, width, dropout), *_layer(width, width, dropout)) for _ in range(blocks)
        )
        self.shrink = nn.Conv1d(width, outputs, 1)

    def forward(self, values: Tensor) -> Tensor:
        """Return (clips, outputs, frames)."""
        values = self.expand(values)
        for block in self.blocks:
            values = values + block(values)
        result: Tensor = self.shrink(values)
        return result


def _layer(channels: int, width: int, dropout: float) -> tuple[nn.Module, ...]:
    return nn.Conv1d(channels, width, 1), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(dropout)
