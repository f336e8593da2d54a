"""Draw one figure for each limit of docs/explanation/known-limits.md.

Usage: draw_limits.py FOLDER

Drawn from scratch: nothing here is taken from a recording. Seen from above the throw goes up the page,
seen from the side to the right.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import cos, exp, pi, radians, sin
from pathlib import Path

from draw_angles import ARC, AXIS, BODY, KEY, Figure, Point, above, turned

FAINT = "#d5dae0"


def ellipse(figure: Figure, center: Point, across: float, along: float, turn_deg: float = 0.0) -> None:
    """Outline where a joint may be."""
    turn = radians(turn_deg)
    steps = [2 * pi * step / 36 for step in range(37)]
    figure.line(
        *[
            (
                center[0] + across * cos(a) * cos(turn) - along * sin(a) * sin(turn),
                center[1] + across * cos(a) * sin(turn) + along * sin(a) * cos(turn),
            )
            for a in steps
        ],
        color=ARC,
        width=2,
    )


def camera(figure: Figure, center: Point, aim: Point, name: str, place: Point) -> None:
    """Draw a camera from above and where it looks."""
    figure.line(center, aim, color=AXIS, width=1, dashed=True)
    figure.dot(center, 7, AXIS)
    figure.text(place, name, color=AXIS, size=11, anchor="middle")


def time_axis(figure: Figure, height: float = 185) -> None:
    """Draw the two axes of a curve over time."""
    figure.line((20, 30), (20, height), (228, height), color=AXIS, width=2)


def motion_blur() -> Figure:
    """Smear a hand along its way between two pictures."""
    figure = Figure("Motion blur", "from the side, throw to the right")
    shoulder = (95.0, 100.0)
    for step in range(9):
        turn = radians(-150 + 12 * step)
        elbow = (shoulder[0] + 34 * cos(turn), shoulder[1] + 34 * sin(turn))
        hand = (elbow[0] + 40 * cos(turn + 0.2), elbow[1] + 40 * sin(turn + 0.2))
        figure.line(shoulder, elbow, hand, color=FAINT, width=7)
    for turn_deg in (-150, -54):
        turn = radians(turn_deg)
        elbow = (shoulder[0] + 34 * cos(turn), shoulder[1] + 34 * sin(turn))
        figure.line(shoulder, elbow, (elbow[0] + 40 * cos(turn + 0.2), elbow[1] + 40 * sin(turn + 0.2)), color=KEY)
    figure.line(shoulder, (88, 160), (74, 205))
    figure.line((88, 160), (112, 205))
    figure.dot((104, 74), 13, BODY, filled=False)
    figure.text((150, 60), "next picture", color=AXIS, size=11)
    figure.text((4, 62), "picture", color=AXIS, size=11)
    figure.text((128, 130), "between them", size=12)
    figure.text((128, 145), "nothing but blur", size=12)
    return figure


def frame_rate() -> Figure:
    """Show a steep elbow curve through pictures that are far apart."""
    figure = Figure("Pictures around the strike", "elbow angle over time")
    time_axis(figure)

    def curve(x: float) -> float:
        return 165 - 110 / (1 + exp(-(x - 140) / 10))

    figure.line(*[(x, curve(x)) for x in range(24, 224, 3)], color=FAINT, width=4)
    for x in range(28, 224, 32):
        figure.line((x, 185), (x, 191), color=AXIS, width=2)
        figure.dot((x, curve(x)), 5)
    figure.line((140, 40), (140, 185), color=AXIS, width=2, dashed=True)
    figure.text((140, 36), "strike", color=AXIS, size=11, anchor="middle")
    figure.arrow((178, curve(124)), (178, curve(156)), color=ARC, both=True)
    figure.line((124, curve(124)), (178, curve(124)), color=ARC, width=1, dashed=True)
    figure.line((156, curve(156)), (178, curve(156)), color=ARC, width=1, dashed=True)
    figure.text((184, 112), "which?", size=12)
    figure.text((124, 208), "one picture each 33 ms", color=AXIS, size=11, anchor="middle")
    return figure


def arm_at_camera() -> Figure:
    """Show the error of a joint, twice as long in depth, on two arms."""
    figure = Figure("Arm that points at the camera", "from above")
    left, right = (70.0, 70.0), (130.0, 70.0)
    figure.line(left, right)
    figure.dot((100, 62), 14, BODY, filled=False)
    figure.line(left, (28, 76), color=KEY, width=5)
    figure.line(right, (134, 128), color=KEY, width=5)
    ellipse(figure, (28, 76), 9, 18)
    ellipse(figure, (134, 128), 9, 18)
    for end in ((28, 96), (134, 148)):
        figure.line(end, (112, 196), color=BODY, width=1, dashed=True)
    figure.dot((112, 200), 8, AXIS)
    figure.text((126, 206), "camera", color=AXIS, size=11)
    figure.text((42, 100), "across: good", size=12)
    figure.text((150, 118), "toward it:", size=12)
    figure.text((150, 133), "a guess", size=12)
    return figure


def two_sides() -> Figure:
    """Show the direction of the throw as two cameras understand it."""
    figure = above("Throwing direction from two sides")
    shoulders = turned((110, 110), 34, 30)
    figure.line(*shoulders)
    figure.dot((110, 104), 13, BODY, filled=False)
    hand = (148.0, 92.0)
    figure.line(shoulders[1], (156, 116), hand)
    figure.arrow(hand, (hand[0] - 16, 38), color=KEY, width=3)
    figure.arrow(hand, (hand[0] + 26, 42), color=ARC, width=3)
    camera(figure, (224, 98), (160, 96), "coach's", (208, 84))
    camera(figure, (60, 200), (134, 106), "learner's", (90, 212))
    figure.text((98, 34), "one clip", color=KEY, size=12)
    figure.text((166, 36), "the other", size=12)
    return figure


def swing_or_throw() -> Figure:
    """Show two hands on a bat that one camera sees apart."""
    figure = Figure("Swing of a bat", "from the side")
    figure.line((100, 80), (96, 140), (76, 205))
    figure.line((96, 140), (122, 205))
    figure.dot((104, 54), 13, BODY, filled=False)
    hands = ((140.0, 104.0), (150.0, 96.0))
    figure.line((100, 84), (122, 108), hands[0])
    figure.line((100, 84), (128, 88), hands[1])
    figure.line(hands[0], (206, 46), color=AXIS, width=6)
    for hand in hands:
        figure.dot(hand, 5)
    ellipse(figure, (168, 118), 10, 8)
    figure.line(hands[0], (160, 114), color=ARC, width=1, dashed=True)
    figure.text((134, 148), "where the net", size=12)
    figure.text((134, 163), "guesses one hand", size=12)
    return figure


def tilted_phone() -> Figure:
    """Show an upright athlete in a tilted picture."""
    figure = Figure("Tilted phone", "what the phone sees")
    turn = radians(8)

    def at(x: float, y: float) -> Point:
        return 120 + x * cos(turn) - y * sin(turn), 115 + x * sin(turn) + y * cos(turn)

    figure.line((30, 28), (210, 28), (210, 206), (30, 206), (30, 28), color=AXIS, width=2)
    figure.line(at(-76, 84), at(76, 84), color=BODY, width=2)
    figure.line(at(0, -40), at(0, 20), color=KEY, width=5)
    figure.line(at(-18, 84), at(0, 20), at(20, 84))
    figure.line(at(0, -38), at(28, -34), at(34, -64))
    figure.dot(at(0, -62), 12, BODY, filled=False)
    bottom = at(0, 20)
    figure.line(bottom, (bottom[0], 45), color=AXIS, width=2, dashed=True)
    figure.arc(bottom, (bottom[0], 45), at(0, -40), 52)
    for row, words in enumerate(("tilt of", "the phone", "reads as", "a lean")):
        figure.text((40, 90 + 15 * row), words, size=12)
    return figure


def peak_gaps() -> Figure:
    """Show peaks between pictures that are further apart than the peaks."""
    figure = Figure("Gaps between peak speeds", "speeds over time")
    time_axis(figure)
    for name, middle, height in (("trunk", 96, 70), ("elbow", 118, 95), ("hand", 140, 120)):
        points = [(x, 185 - height * exp(-(((x - middle) / 22) ** 2))) for x in range(24, 226, 3)]
        figure.line(*points, color=KEY, width=3)
        figure.text((middle - 4, 180 - height), name, color=AXIS, size=11, anchor="end")
    for x in range(36, 226, 40):
        figure.line((x, 40), (x, 195), color=ARC, width=1, dashed=True)
    figure.text((124, 210), "pictures", size=12, anchor="middle")
    return figure


def vague_finish() -> Figure:
    """Show a hand that comes to rest slowly."""
    figure = Figure("Finish", "speed of the hand over time")
    time_axis(figure)
    for x in range(150, 212, 8):
        figure.line((x, 94), (x, 183), color=FAINT, width=6)
    figure.line(
        *[(x, 180 - 130 * exp(-(((x - 90) / (16 if x < 90 else 34)) ** 2))) for x in range(24, 226, 3)],
        color=KEY,
        width=4,
    )
    figure.text((90, 44), "strike", color=AXIS, size=11, anchor="middle")
    figure.text((182, 70), "finish:", size=12, anchor="middle")
    figure.text((182, 85), "here somewhere", size=12, anchor="middle")
    return figure


def many_throws() -> Figure:
    """Show a long clip of which one throw is measured."""
    figure = Figure("Many throws in one clip", "speed of the hand over minutes")
    time_axis(figure)
    for middle, height in ((50, 80), (95, 105), (140, 95), (185, 70)):
        best = middle == 95
        points = [(x, 185 - height * exp(-(((x - middle) / 6) ** 2))) for x in range(middle - 20, middle + 21, 2)]
        figure.line(*points, color=KEY if best else BODY, width=4)
    figure.text((95, 62), "measured", color=KEY, size=12, anchor="middle")
    figure.text((165, 80), "not measured", size=12, anchor="middle")
    return figure


FIGURES: tuple[Callable[[], Figure], ...] = (
    motion_blur, frame_rate, arm_at_camera, two_sides, swing_or_throw, tilted_phone, peak_gaps, vague_finish,
    many_throws,
)  # fmt: skip


def draw_figures(folder: Path) -> None:
    """Write every figure into a folder, named after its function."""
    folder.mkdir(parents=True, exist_ok=True)
    for figure in FIGURES:
        (folder / f"{figure.__name__}.svg").write_text(figure().svg(), encoding="utf-8")


if __name__ == "__main__":
    draw_figures(Path(sys.argv[1]))
