"""The colors of pictures, videos and the report, as RGB; chosen to be told apart by color-blind people too."""

from __future__ import annotations

Color = tuple[int, int, int]

THROWING_SIDE: Color = (255, 127, 14)
OTHER_SIDE: Color = (64, 158, 255)
MIDDLE: Color = (236, 240, 244)
"""Bones that cross from one side to the other."""

STANDARD: Color = (13, 110, 122)
PERFORMANCE: Color = (194, 65, 12)
"""Curves and names of the coach and of the learner."""

VERDICT_OK: Color = (22, 128, 72)
VERDICT_SLIGHT: Color = (202, 138, 4)
VERDICT_LARGE: Color = (200, 30, 45)
VERDICT_UNSURE: Color = (130, 138, 148)

BALL_FREE: Color = (255, 221, 51)
BALL_IN_HAND: Color = (214, 64, 159)
"""Yellow and purple: told apart by their brightness as well. Neither is a side of the body."""

INK: Color = (20, 24, 31)
PAPER: Color = (255, 255, 255)
BACKDROP: Color = (34, 39, 47)
FLOOR: Color = (92, 101, 114)


def as_hex(color: Color) -> str:
    """Write a color for style sheets.

    Examples
    --------
    >>> as_hex(THROWING_SIDE)
    '#ff7f0e'
    """
    return "#{:02x}{:02x}{:02x}".format(*color)
