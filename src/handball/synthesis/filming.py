"""Render a scene into a video file with its truth beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from handball.drawing.video_writing import open_video_writer
from handball.synthesis.render import Renderer
from handball.synthesis.scene import Scene
from handball.synthesis.truth import clip_truth, save_truth

_COCO = 17


def film(scene: Scene, rate_hz: float, video: Path, truth: Path) -> None:
    """Write the pictures of a scene at the times of the athlete's motion, then what is true of them.

    Raises
    ------
    OutputError
        When a file cannot be written.
    MissingExtraError
        Where the extra `synth` is not installed.
    """
    visible, boxes, circles = [], [], []
    renderer = Renderer(scene)
    try:
        with open_video_writer(video, rate_hz) as writer:
            for frame in renderer.frames():
                writer.write(frame.picture)
                athlete, ball = frame.people[0], frame.ball
                visible.append(athlete.visible[:_COCO])
                boxes.append(athlete.box)
                circles.append([*ball.center_px, ball.radius_px])
    finally:
        renderer.close()
    found = clip_truth(
        scene.performers[0],
        scene.camera,
        visible=np.array(visible),
        box_xyxy=np.array(boxes),
        ball_circle=np.array(circles),
    )
    save_truth(truth, found)
