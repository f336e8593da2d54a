"""Draw one figure for each angle and measure of docs/reference/angles.md.

Usage: draw_angles.py FOLDER

Seen from behind the right arm is on the right; seen from the side the throw goes to the right; seen
from above it goes up the page.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import atan2, cos, degrees, exp, hypot, radians, sin
from pathlib import Path
from xml.sax.saxutils import escape

Point = tuple[float, float]
WIDTH, HEIGHT = 240, 220
BODY, KEY, ARC, AXIS = "#9aa3ad", "#0b63c4", "#c2410c", "#4b5563"


class Figure:
    """An SVG of 240 x 220 units on white."""

    def __init__(self, title: str, view: str) -> None:
        self._title = title
        self._parts: list[str] = []
        self.text((8, 15), view, color=AXIS, size=11)

    def line(self, *points: Point, color: str = BODY, width: float = 4, dashed: bool = False) -> None:
        """Join points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{width}" '
            f'stroke-linecap="round" stroke-linejoin="round"{dash}/>'
        )

    def dot(self, point: Point, radius: float = 4, color: str = KEY, *, filled: bool = True) -> None:
        """Mark a joint, or draw a head."""
        fill = color if filled else "#ffffff"
        self._parts.append(
            f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="{radius}" fill="{fill}" stroke="{color}" '
            'stroke-width="2"/>'
        )

    def text(self, point: Point, words: str, *, color: str = ARC, size: int = 13, anchor: str = "start") -> None:
        """Write words; the point is on the base line."""
        self._parts.append(
            f'<text x="{point[0]:.1f}" y="{point[1]:.1f}" font-size="{size}" fill="{color}" '
            f'text-anchor="{anchor}">{escape(words)}</text>'
        )

    def arrow(self, tail: Point, tip: Point, *, color: str = AXIS, width: float = 2, both: bool = False) -> None:
        """Draw an arrow, or with two heads a distance."""
        self.line(tail, tip, color=color, width=width)
        for end, start in ((tip, tail), (tail, tip))[: 2 if both else 1]:
            turn = atan2(end[1] - start[1], end[0] - start[0])
            barbs = [(end[0] - 8 * cos(turn + side), end[1] - 8 * sin(turn + side)) for side in (0.45, -0.45)]
            self.line(barbs[0], end, barbs[1], color=color, width=width)

    def arc(self, corner: Point, first: Point, second: Point, radius: float = 26) -> None:
        """Draw the smaller arc from the direction of one point to that of another."""
        turns = [atan2(point[1] - corner[1], point[0] - corner[0]) for point in (first, second)]
        sweep = (turns[1] - turns[0] + radians(180)) % radians(360) - radians(180)
        steps = max(2, int(abs(degrees(sweep)) / 4))
        angles = [turns[0] + sweep * step / steps for step in range(steps + 1)]
        self.line(*[(corner[0] + radius * cos(a), corner[1] + radius * sin(a)) for a in angles], color=ARC, width=3)

    def svg(self) -> str:
        """Return the document."""
        inside = "\n".join(self._parts)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" role="img" font-family="sans-serif">\n<title>{escape(self._title)}</title>\n'
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{inside}\n</svg>\n'
        )


LEFT_SHOULDER, RIGHT_SHOULDER, ELBOW, HAND = (95.0, 72.0), (143.0, 72.0), (186.0, 60.0), (197.0, 22.0)
LEFT_HIP, RIGHT_HIP = (105.0, 128.0), (133.0, 128.0)


def behind(title: str, *, arm: bool = True) -> Figure:
    """Draw a body from behind, the right arm drawn back."""
    figure = Figure(title, "from behind")
    figure.line(LEFT_SHOULDER, RIGHT_SHOULDER, RIGHT_HIP, LEFT_HIP, LEFT_SHOULDER)
    for side in (-1, 1):
        figure.line((119 + side * 14, 128), (119 + side * 20, 165), (119 + side * 22, 205))
    figure.line(LEFT_SHOULDER, (70, 92), (52, 78))
    if arm:
        figure.line(RIGHT_SHOULDER, ELBOW, HAND)
    figure.dot((119, 46), 13, BODY, filled=False)
    return figure


SHOULDER, HIP = (118.0, 72.0), (106.0, 128.0)
FRONT_KNEE, FRONT_ANKLE, BACK_KNEE, BACK_ANKLE = (142.0, 155.0), (156.0, 198.0), (84.0, 164.0), (60.0, 194.0)


def beside(title: str, *, arm: bool = True) -> Figure:
    """Draw a body from the side of the throwing arm, striding to the right."""
    figure = Figure(title, "from the side, throw to the right")
    figure.line(SHOULDER, HIP)
    figure.line(HIP, FRONT_KNEE, FRONT_ANKLE, (170, 200))
    figure.line(HIP, BACK_KNEE, BACK_ANKLE, (72, 202))
    if arm:
        figure.line(SHOULDER, (84, 62), (70, 30))
    figure.dot((126, 46), 13, BODY, filled=False)
    figure.arrow((182, 118), (228, 118))
    figure.text((205, 110), "throw", color=AXIS, size=11, anchor="middle")
    return figure


def above(title: str) -> Figure:
    """Show the throw from above, going up the page."""
    figure = Figure(title, "from above")
    figure.arrow((215, 190), (215, 130))
    figure.text((208, 208), "throw", color=AXIS, size=11, anchor="middle")
    return figure


def turned(center: Point, half: float, turn_deg: float) -> tuple[Point, Point]:
    """Return the ends (left, right) of a body line seen from above, the right end turned back."""
    turn = radians(turn_deg)
    across, along = half * cos(turn), half * sin(turn)
    return (center[0] - across, center[1] - along), (center[0] + across, center[1] + along)


def corner(figure: Figure, first: Point, middle: Point, last: Point, label: Point) -> Figure:
    """Stress three joints and the angle between them."""
    figure.line(first, middle, last, color=KEY, width=5)
    figure.arc(middle, first, last)
    for point in (first, middle, last):
        figure.dot(point)
    figure.text(label, "angle")
    return figure


def elbow_angle() -> Figure:
    """Shoulder, elbow, wrist."""
    return corner(behind("Elbow angle", arm=False), RIGHT_SHOULDER, ELBOW, HAND, (200, 68))


def hip_angle() -> Figure:
    """Shoulder, hip, knee."""
    return corner(beside("Hip angle"), SHOULDER, HIP, FRONT_KNEE, (136, 134))


def knee_angle() -> Figure:
    """Hip, knee, ankle."""
    return corner(beside("Knee angle"), HIP, FRONT_KNEE, FRONT_ANKLE, (92, 184))


def shoulder_elevation() -> Figure:
    """Upper arm against the trunk."""
    figure = behind("Shoulder elevation", arm=False)
    figure.line(ELBOW, HAND)
    below = (RIGHT_SHOULDER[0], 136.0)
    figure.line((119, 72), (119, 128), color=KEY, width=3, dashed=True)
    figure.line(RIGHT_SHOULDER, below, color=AXIS, width=2, dashed=True)
    figure.line(RIGHT_SHOULDER, ELBOW, color=KEY, width=5)
    figure.arc(RIGHT_SHOULDER, below, ELBOW, 30)
    figure.dot(RIGHT_SHOULDER)
    figure.dot(ELBOW)
    figure.text((172, 104), "angle")
    figure.text((150, 150), "0: hanging", color=AXIS, size=11)
    return figure


def shoulder_azimuth() -> Figure:
    """Upper arm from above, against the shoulder line."""
    figure = above("Shoulder azimuth")
    left, right, elbow = (65.0, 120.0), (125.0, 120.0), (168.0, 150.0)
    figure.line(left, right)
    figure.dot((95, 114), 15, BODY, filled=False)
    figure.line(right, (200, 120), color=AXIS, width=2, dashed=True)
    figure.line(right, (125, 60), color=AXIS, width=2, dashed=True)
    figure.line(right, elbow, color=KEY, width=5)
    figure.arc(right, (200, 120), elbow, 36)
    figure.dot(right)
    figure.dot(elbow)
    figure.text((170, 114), "0", color=AXIS)
    figure.text((130, 56), "+90: forward", color=AXIS, size=11)
    figure.text((112, 172), "here −35", size=12)
    return figure


def forearm_rotation() -> Figure:
    """Forearm seen along the upper arm."""
    figure = Figure("Forearm rotation", "along the upper arm, throw to the right")
    elbow, hand = (115.0, 140.0), (62.0, 84.0)
    for end, label, anchor in (((200, 140), "0: forward", "end"), ((115, 55), "90: along the trunk", "middle"),
                               ((30, 140), "180: laid back", "start")):  # fmt: skip
        figure.line(elbow, end, color=AXIS, width=2, dashed=True)
        place = (end[0], end[1] - 8) if anchor == "middle" else (end[0], end[1] + 18)
        figure.text(place, label, color=AXIS, size=11, anchor=anchor)
    figure.line(elbow, hand, color=KEY, width=5)
    figure.arc(elbow, (200, 140), (115, 55), 34)
    figure.arc(elbow, (115, 55), hand, 34)
    figure.dot(elbow, 6)
    figure.dot(hand)
    figure.text((150, 112), "angle")
    return figure


def trunk_tilt_forward() -> Figure:
    """Trunk against the vertical, from the side."""
    figure = beside("Trunk tilt forward")
    figure.line(HIP, (HIP[0], 40), color=AXIS, width=2, dashed=True)
    figure.line(HIP, SHOULDER, color=KEY, width=5)
    figure.arc(HIP, (HIP[0], 40), SHOULDER, 48)
    figure.dot(HIP)
    figure.dot(SHOULDER)
    figure.text((130, 92), "+")
    figure.text((84, 92), "−", color=AXIS)
    return figure


def trunk_tilt_lateral() -> Figure:
    """Trunk against the vertical, from behind."""
    figure = Figure("Trunk tilt lateral", "from behind")
    low, high = (125.0, 135.0), (106.0, 75.0)
    figure.line((84, 82), (128, 68), (139, 131), (111, 139), (84, 82))
    figure.line((139, 131), (146, 168), (150, 205))
    figure.line((111, 139), (104, 170), (98, 205))
    figure.line((128, 68), (166, 36), (176, 12))
    figure.line((84, 82), (62, 104), (50, 92))
    figure.dot((100, 48), 13, BODY, filled=False)
    figure.line(low, (125, 45), color=AXIS, width=2, dashed=True)
    figure.line(low, high, color=KEY, width=5)
    figure.arc(low, (125, 45), high, 52)
    figure.dot(low)
    figure.dot(high)
    figure.text((66, 66), "+", size=16)
    figure.text((140, 96), "−", color=AXIS, size=16)
    return figure


def _line_figure(title: str, turns: dict[str, float], stressed: tuple[str, str]) -> Figure:
    figure = above(title)
    center = (105.0, 120.0)
    ends = {name: turned(center, 68 if name == "shoulders" else 50, turn) for name, turn in turns.items()}
    figure.line((25, 120), (185, 120), color=AXIS, width=2, dashed=True)
    figure.text((178, 114), "0", color=AXIS)
    for name, (left, right) in ends.items():
        strong = name in stressed
        figure.line(left, right, color=KEY if strong else BODY, width=5 if strong else 4)
        figure.dot(left, color=KEY if strong else BODY)
        figure.dot(right, color=KEY if strong else BODY)
        figure.text((right[0] + 4, right[1] + 16), name, color=AXIS, size=11, anchor="middle")
    first, second = ((185.0, 120.0) if name == "zero" else ends[name][1] for name in stressed)
    figure.arc(center, first, second, 44)
    figure.text((118, 88), "angle")
    return figure


def shoulder_line_angle() -> Figure:
    """Shoulder line against the throw."""
    return _line_figure("Shoulder line angle", {"shoulders": 50}, ("zero", "shoulders"))


def hip_line_angle() -> Figure:
    """Hip line against the throw."""
    return _line_figure("Hip line angle", {"hips": 25}, ("zero", "hips"))


def hip_shoulder_separation() -> Figure:
    """Shoulder line against hip line."""
    return _line_figure("Hip-shoulder separation", {"hips": 15, "shoulders": 60}, ("hips", "shoulders"))


def elbow_height() -> Figure:
    """Elbow above shoulder."""
    figure = behind("Elbow height")
    figure.line(RIGHT_SHOULDER, (215, RIGHT_SHOULDER[1]), color=AXIS, width=2, dashed=True)
    figure.line(RIGHT_SHOULDER, ELBOW, color=KEY, width=5)
    figure.dot(RIGHT_SHOULDER)
    figure.dot(ELBOW)
    figure.line((207, RIGHT_SHOULDER[1]), (207, ELBOW[1]), color=ARC, width=3)
    figure.text((146, 92), "height / arm", size=12)
    return figure


def hand_behind_shoulder() -> Figure:
    """Way of the hand behind the shoulder."""
    figure = beside("Hand behind shoulder")
    hand = (62.0, 44.0)
    figure.line((hand[0], hand[1]), (hand[0], 92), color=AXIS, width=2, dashed=True)
    figure.line(SHOULDER, (SHOULDER[0], 92), color=AXIS, width=2, dashed=True)
    figure.line(SHOULDER, (84, 66), hand, color=KEY, width=5)
    figure.dot(SHOULDER)
    figure.dot(hand)
    figure.arrow((hand[0], 90), (SHOULDER[0], 90), color=ARC, both=True)
    figure.text((20, 112), "behind / arm", size=12)
    return figure


def stride_length() -> Figure:
    """Distance between the ankles."""
    figure = beside("Stride length")
    figure.dot(FRONT_ANKLE)
    figure.dot(BACK_ANKLE)
    figure.arrow((BACK_ANKLE[0], 212), (FRONT_ANKLE[0], 212), color=ARC, both=True)
    figure.text((164, 218), "stride")
    return figure


def lead_foot() -> Figure:
    """Which foot is ahead."""
    figure = beside("Lead foot")
    figure.dot(FRONT_ANKLE)
    figure.dot(BACK_ANKLE, filled=False)
    figure.text((176, 190), "other side", size=11)
    figure.text((2, 180), "throwing side", color=AXIS, size=11)
    figure.arrow((BACK_ANKLE[0], 212), (FRONT_ANKLE[0], 212), color=ARC)
    figure.text((164, 218), "+: ahead", size=12)
    return figure


def _curve_figure(title: str, quantity: str, curve: Callable[[float], float], window: float, extreme: float) -> Figure:
    figure = Figure(title, quantity)
    strike = 190.0
    figure.line((25, 30), (25, 185), (225, 185), color=AXIS, width=2)
    figure.line(*[(x, curve(x)) for x in range(30, 222, 3)], color=KEY, width=4)
    figure.line((strike, 30), (strike, 185), color=AXIS, width=2, dashed=True)
    figure.text((strike, 202), "strike", color=AXIS, size=11, anchor="middle")
    figure.arrow((strike - window, 212), (strike, 212), color=ARC, both=True)
    figure.dot((extreme, curve(extreme)), 6, ARC)
    return figure


def least_elbow_angle() -> Figure:
    """Lowest point of the elbow curve before the strike."""
    figure = _curve_figure(
        "Least elbow angle", "elbow angle over time", lambda x: 60 + 85 * exp(-(((x - 140) / 32) ** 2)), 120, 140
    )
    figure.text((140, 170), "least", anchor="middle")
    figure.text((96, 206), "0.4 s", size=11)
    return figure


def largest_hip_shoulder_separation() -> Figure:
    """Highest point of the separation curve before the strike."""
    figure = _curve_figure(
        "Largest hip-shoulder separation",
        "hip-shoulder separation over time",
        lambda x: 160 - 95 * exp(-(((x - 125) / 36) ** 2)),
        150,
        125,
    )
    figure.text((125, 52), "largest", anchor="middle")
    figure.text((76, 206), "0.5 s", size=11)
    return figure


def cocking_to_strike() -> Figure:
    """Two moments on a line."""
    figure = Figure("Cocking to strike", "time")
    figure.arrow((15, 120), (228, 120))
    for x, name in ((35, "start"), (95, "cocking"), (160, "strike"), (210, "finish")):
        stressed = name in ("cocking", "strike")
        figure.dot((x, 120), 6, KEY if stressed else BODY)
        figure.text((x, 145), name, color=AXIS, size=11, anchor="middle")
    figure.arrow((95, 98), (160, 98), color=ARC, both=True)
    figure.text((128, 88), "ms", anchor="middle")
    return figure


def speed_peaks() -> Figure:
    """Four bells one after the other."""
    figure = Figure("Gaps between peak speeds", "speeds over time")
    figure.line((20, 30), (20, 185), (228, 185), color=AXIS, width=2)
    peaks = {"pelvis": (70, 60), "trunk": (105, 80), "elbow": (150, 100), "hand": (180, 125)}
    for name, (middle, height) in peaks.items():
        points = [(x, 185 - height * exp(-(((x - middle) / 20) ** 2))) for x in range(24, 226, 3)]
        figure.line(*points, color=KEY, width=3)
        figure.text((middle, 178 - height), name, color=AXIS, size=11, anchor="middle")
        figure.line((middle, 185), (middle, 205), color=ARC, width=2)
    for (first, _), (second, _) in zip(list(peaks.values())[:-1], list(peaks.values())[1:], strict=True):
        figure.arrow((first, 200), (second, 200), color=ARC, both=hypot(second - first, 0) > 20)
    return figure


FIGURES: tuple[Callable[[], Figure], ...] = (
    elbow_angle, shoulder_elevation, shoulder_azimuth, forearm_rotation, hip_angle, knee_angle, trunk_tilt_forward,
    trunk_tilt_lateral, hip_shoulder_separation, shoulder_line_angle, hip_line_angle, elbow_height,
    hand_behind_shoulder, stride_length, lead_foot, least_elbow_angle, largest_hip_shoulder_separation,
    cocking_to_strike, speed_peaks,
)  # fmt: skip


def draw_figures(folder: Path) -> None:
    """Write every figure into a folder, named after its function."""
    folder.mkdir(parents=True, exist_ok=True)
    for figure in FIGURES:
        (folder / f"{figure.__name__}.svg").write_text(figure().svg(), encoding="utf-8")


if __name__ == "__main__":
    draw_figures(Path(sys.argv[1]))
