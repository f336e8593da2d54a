"""Draw the contact sheets of docs/explanation/synthesis.md: a strip of frames of each technique.

Usage: picture_synthesis.py FOLDER. Needs the extra `synth`. Everybody in the pictures is synthetic.
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.synthesis.camera import phone
from handball.synthesis.hall import HallLooks
from handball.synthesis.motion import Motion, Technique
from handball.synthesis.performing import perform
from handball.synthesis.render import Renderer
from handball.synthesis.roster import build_players
from handball.synthesis.scene import Scene
from handball.synthesis.staging import main_moment

SHEETS: dict[str, tuple[tuple[Technique, int], ...]] = {
    "synthesis_throws.jpg": (("jump_shot", 0), ("standing_shot", 6), ("pass", 1), ("push_pass", 2)),
    "synthesis_others.jpg": (("feint", 7), ("dribble", 3), ("block", 4), ("catch", 5), ("none", 9)),
}
"""Techniques of each sheet with the number of the player in the roster."""
PICTURES, CROP, SHOWN = 8, (260, 380), (100, 146)
SEED, QUALITY = 5, 80
SIDE_DEG, DISTANCE_M = 55.0, 6.0


def moments(motion: Motion, technique: Technique) -> NDArray[np.float64]:
    """Return the times of the pictures: a throw around its strike, anything else around its middle."""
    main = main_moment(motion)
    before, after = (0.75, 0.4) if "strike" in [one.name for one in motion.moments] else (0.8, 0.8)
    if technique == "push_pass":
        before, after = 0.6, 0.5
    first, last = max(0.0, main - before), min(float(motion.times[-1]), main + after)
    return np.linspace(first, last, PICTURES)


def strip(technique: Technique, number: int) -> NDArray[np.uint8]:
    """Render one technique and put its pictures side by side."""
    player = build_players()[number]
    variant = "overhead" if technique in ("jump_shot", "standing_shot", "pass") else None
    motion = perform(player, technique, rate_hz=120.0, seed=SEED, variant=variant)
    row = int(np.argmin(np.abs(motion.times - main_moment(motion))))
    side = -SIDE_DEG if player.hand == "right" else SIDE_DEG
    x, y = (float(value) for value in motion.root[row, :2])
    camera = phone((x, y), 0.0, azimuth_deg=side, distance=DISTANCE_M, image_size=(1280, 720)).camera
    renderer = Renderer(Scene(performers=(motion,), camera=camera, hall=HallLooks(floor="oak", area=None)))
    pictures = []
    for time in moments(motion, technique):
        frame = renderer.frame(float(time))
        at = int(np.argmin(np.abs(motion.times - time)))
        pictures.append(cropped(frame.picture, camera.project(motion.root[at])))
    renderer.close()
    return labeled(np.concatenate(pictures, axis=1), technique)


def cropped(picture: NDArray[np.uint8], hips: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Cut the athlete out of a picture, hips a little below the middle."""
    left, top = int(hips[0]) - CROP[0] // 2, int(hips[1]) - int(0.56 * CROP[1])
    left = int(np.clip(left, 0, picture.shape[1] - CROP[0]))
    top = int(np.clip(top, 0, picture.shape[0] - CROP[1]))
    cut = picture[top : top + CROP[1], left : left + CROP[0]]
    return np.asarray(cv2.resize(cut, SHOWN, interpolation=cv2.INTER_AREA), np.uint8)


def labeled(picture: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    """Write the name of the technique into the first picture."""
    marked = np.ascontiguousarray(picture)
    for color, width in (((20, 20, 20), 3), ((255, 255, 255), 1)):
        cv2.putText(marked, text, (4, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.42, color, width, cv2.LINE_AA)
    return marked


def main(folder: Path) -> None:
    """Write both sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in SHEETS.items():
        sheet = np.concatenate([strip(technique, number) for technique, number in rows], axis=0)
        cv2.imwrite(str(folder / name), sheet[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
