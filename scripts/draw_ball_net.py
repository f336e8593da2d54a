"""Draw the ball net that the paper's text describes (structure 7), from the built net.

Usage: draw_ball_net.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from handball.ball.structures import STRUCTURES
from handball.training.ball.figure import save_ball_figure
from handball.training.ball.module import BallModule

if __name__ == "__main__":
    save_ball_figure(BallModule(STRUCTURES[7]), Path(sys.argv[1]) / "ball_net.svg")
