"""The ball in a clip of a throw whose joints are known, and in one of nobody."""

from __future__ import annotations

from collections.abc import Container, Iterator

import attrs
import numpy as np
import pytest

from balls import RED, ball_picture, save_finder_net
from builders import PIXELS_A_METER, build_key_actions, build_pose_2d, build_pose_3d, build_video
from handball.ball.finder_net import open_finder_net
from handball.domain.boxes import Boxes
from handball.domain.performance import Landmarks
from handball.domain.video import Video
from handball.pipeline.ball_clip import BALL_RADIUS_M, BallNets, ball_in_clip
from handball.stages import Picture

BLUE = (30, 30, 220)
FLAT, DEEP = build_pose_2d(), build_pose_3d()
RADIUS = BALL_RADIUS_M * PIXELS_A_METER
STRIKE = build_key_actions()["strike"].row
FRAMES = np.arange(STRIKE - 8, STRIKE + 8)


@attrs.frozen(kw_only=True)
class Drawn:
    """A `FrameSource` of a throw that is drawn: a ball of one color on along the forearm, then in flight."""

    video: Video = build_video()
    color: tuple[int, int, int] = RED

    def read(self, first: int, last: int, only: Container[int] | None = None) -> Iterator[tuple[int, Picture]]:
        for frame in range(first, last + 1):
            if only is None or frame in only:
                x, y = place(frame)
                yield frame, ball_picture(
                    x, y, RADIUS, width=960, height=540, color=self.color, held=self.color == RED and frame < STRIKE
                )  # fmt: skip


def place(frame: int) -> np.ndarray:
    joint = FLAT.skeleton.index
    row = min(frame, STRIKE - 1)
    wrist, elbow = FLAT.positions[row, joint("right_wrist")], FLAT.positions[row, joint("right_elbow")]
    way = (wrist - elbow) / np.linalg.norm(wrist - elbow)
    return wrist + 1.4 * RADIUS * way + np.array([50.0, -4.0]) * (frame - row)


class BlueDetector:
    """A `Detector` of what is blue, half as sure as sure can be."""

    def __init__(self) -> None:
        self.sizes: list[tuple[int, ...]] = []

    def __call__(self, picture: Picture) -> Boxes:
        self.sizes.append(picture.shape[1::-1])
        rows, columns = np.nonzero(picture[..., 2].astype(int) - picture[..., 0] > 90)
        if not len(rows):
            return Boxes(xyxy=np.empty((0, 4)), scores=np.empty(0))
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        return Boxes(xyxy=np.array([box], float), scores=np.array([0.5]))


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> BallNets:
    path = save_finder_net(tmp_path_factory.mktemp("net") / "ball_finder.onnx")
    return BallNets(finder=open_finder_net(path), detector=BlueDetector())


def silent(_done: int, _total: int) -> None:
    return


def test_a_throw_is_followed_from_the_hand_into_its_flight(nets: BallNets) -> None:
    told: list[tuple[int, int]] = []
    landmarks = Landmarks(flat=FLAT, deep=DEEP)
    track = ball_in_clip(
        Drawn(), FRAMES, landmarks, nets, lambda *done: told.append(done), near=STRIKE / 30
    )  # fmt: skip
    assert track.frames.tolist() == FRAMES.tolist()
    assert track.times == pytest.approx(FRAMES / 30)
    assert track.seen.all()
    assert np.abs(track.circles - [[*place(frame), RADIUS] for frame in FRAMES.tolist()]).max() < 1.5
    assert track.in_hand.tolist() == (FRAMES < STRIKE).tolist()
    assert track.first_free == 8
    assert track.release is not None
    assert STRIKE - 1 < track.release.time * 30 <= STRIKE
    assert told == [(done, len(FRAMES)) for done in range(1, len(FRAMES) + 1)]


def test_only_the_pictures_that_are_wanted_have_rows(nets: BallNets) -> None:
    track = ball_in_clip(Drawn(), FRAMES[::3], Landmarks(flat=FLAT, deep=DEEP), nets, silent)
    assert track.frames.tolist() == FRAMES[::3].tolist()


def test_joints_of_some_pictures_are_enough(nets: BallNets) -> None:
    rows = np.arange(0, len(FLAT.frames), 3)
    some = Landmarks(flat=FLAT.rows(rows), deep=DEEP.rows(rows))
    track = ball_in_clip(Drawn(), FRAMES[:3], some, nets, silent)
    assert track.seen.all()


def test_a_ball_in_a_hand_at_rest_is_seen_by_the_joints_alone(nets: BallNets) -> None:
    track = ball_in_clip(Drawn(), FRAMES[:1], Landmarks(flat=FLAT, deep=DEEP), nets, silent)
    assert track.seen.all()
    assert not ball_in_clip(Drawn(), FRAMES[:1], None, nets, silent).seen.any()


def test_far_from_known_joints_nothing_is_known_of_hands(nets: BallNets) -> None:
    rows = np.arange(5)
    early = Landmarks(flat=FLAT.rows(rows), deep=DEEP.rows(rows))
    track = ball_in_clip(Drawn(), FRAMES[:1], early, nets, silent)
    assert not track.seen.any()


def test_what_the_detector_sees_is_told_in_pixels_of_the_picture(nets: BallNets) -> None:
    detector = BlueDetector()
    blind = attrs.evolve(nets, detector=detector)
    track = ball_in_clip(Drawn(color=BLUE), FRAMES, Landmarks(flat=FLAT, deep=DEEP), blind, silent)
    assert track.seen[:8].all()
    truth = np.array([[*place(frame), RADIUS] for frame in FRAMES.tolist()])
    assert np.abs(track.circles - truth)[:8].max() < 2.0
    assert track.scores[:8] == pytest.approx(0.95, abs=0.01)
    widths, heights = np.array(detector.sizes).T
    assert widths.max() <= 960
    assert heights.max() <= 540
    assert np.median(widths) < 700


def test_what_is_much_larger_than_a_ball_is_not_believed(nets: BallNets) -> None:
    far = attrs.evolve(DEEP, positions=2.2 * DEEP.positions)
    track = ball_in_clip(Drawn(color=BLUE), FRAMES[:8], Landmarks(flat=FLAT, deep=far), nets, silent)
    assert not track.known.any()


def test_a_clip_of_nobody_is_searched_all_the_same(nets: BallNets) -> None:
    track = ball_in_clip(Drawn(), FRAMES, None, nets, silent)
    assert track.seen[1:].all()
    assert not track.seen[0]
