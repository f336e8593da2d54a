"""Our own ball net in torch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from handball.ball.finder_net import HEIGHT, WIDTH
from handball.ball.places import SHARE

BALL, ACROSS, DOWN, LOG_DIAMETER, HELD = range(5)
"""What the net gives of a picture: score of a ball; its place off the middle, in half heights; logarithm of its
diameter by the usual one; score of a hand that holds it."""
_MAPS = (24, 32, 48, 48, 64, 64)
_STRIDES = (2, 2, 1, 2, 1, 1)
_HIDDEN = 64
_DROPPED = 0.2


class FinderModule(nn.Module):
    """Six convolutions, the first of 5 x 5 and the others of 3 x 3, each normalized and rectified, and two full layers.

    Takes pictures (pictures, 3, 48, 64) from 0 to 1 and gives (pictures, 5). It has 305,000 parameters and needs 10
    million products a picture, five times those of the paper's net.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        entering = 3
        for number, (maps, stride) in enumerate(zip(_MAPS, _STRIDES, strict=True)):
            kernel = 5 if number == 0 else 3
            layers += [
                nn.Conv2d(entering, maps, kernel, stride, kernel // 2, bias=False),
                nn.BatchNorm2d(maps),
                nn.ReLU(inplace=True),
            ]
            entering = maps
        self.features = nn.Sequential(*layers)
        cells = (HEIGHT // 8) * (WIDTH // 8)
        self.head = nn.Sequential(
            nn.Flatten(), nn.Dropout(_DROPPED), nn.Linear(entering * cells, _HIDDEN), nn.ReLU(), nn.Linear(_HIDDEN, 5)
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Return what it says of each picture, shape (pictures, 5)."""
        found: Tensor = self.head(self.features(pictures))
        return found


class ReadFinder(nn.Module):
    """The net with its numbers as `FinderNet` reads them: probabilities, and lengths in heights of the picture."""

    def __init__(self, net: FinderModule) -> None:
        super().__init__()
        self.net = net

    def forward(self, pictures: Tensor) -> Tensor:
        """Return probability, center right and down, diameter, probability of a hand, shape (pictures, 5)."""
        found = self.net(pictures)
        return torch.stack(
            [
                torch.sigmoid(found[:, BALL]),
                found[:, ACROSS] / 2 + WIDTH / HEIGHT / 2,
                found[:, DOWN] / 2 + 0.5,
                torch.exp(found[:, LOG_DIAMETER]) * SHARE,
                torch.sigmoid(found[:, HELD]),
            ],
            dim=1,
        )
