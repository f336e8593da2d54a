"""What containers refuse, and the small questions that they answer."""

from pathlib import Path

import attrs
import numpy as np
import pytest

from builders import build_angles, build_key_actions, build_performance, build_pose_3d, build_standard, build_video
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.alignment import Alignment
from handball.domain.boxes import Boxes, BoxTrack
from handball.domain.pictures import Pictures
from handball.domain.skeleton import BODY_23, Skeleton, mirrored_name, other_side, role_name, sided_name


def test_a_joint_of_the_skeleton_has_its_mirror_image_and_its_place():
    assert len(BODY_23.joints) == len(set(BODY_23.joints)) == 23
    order = BODY_23.mirror_order()
    assert [order[k] for k in order] == list(range(23))
    assert BODY_23.joints[order[BODY_23.index("left_wrist")]] == "right_wrist"
    with pytest.raises(ValueError, match="tuple"):
        BODY_23.index("tail")


@pytest.mark.parametrize(
    ("joints", "bones", "message"),
    [(("a", "a"), (), "names a joint twice"), (("a", "b"), (("a", "c"),), "unknown joints")],
)
def test_a_skeleton_with_a_mistake_is_refused(joints, bones, message):
    with pytest.raises(ValueError, match=message):
        Skeleton(name="odd", joints=joints, bones=bones)


def test_names_change_sides_and_roles():
    assert (other_side("left"), other_side("right")) == ("right", "left")
    for name in (*BODY_23.joints, "right_elbow_angle", "trunk_tilt_forward"):
        assert mirrored_name(mirrored_name(name)) == name
        assert sided_name(name, "right") == name
        assert sided_name(name, "left") == mirrored_name(name)
    assert role_name("left_knee") == "other_knee"


def test_a_track_of_boxes_has_centers_areas_and_boxes_between():
    track = BoxTrack(number=1, frames=[0, 10], xyxy=[[0, 0, 10, 20], [20, 10, 30, 50]], scores=[1, 0.5])
    assert track.centers.tolist() == [[5, 10], [25, 30]]
    assert track.areas.tolist() == [200, 400]
    assert track.at(np.array([-3, 5, 99])).tolist() == [[0, 0, 10, 20], [10, 5, 20, 35], [20, 10, 30, 50]]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Boxes(xyxy=[[0, 0, 1, 1]], scores=[0.5, 0.5]), "xyxy must have shape"),
        (lambda: BoxTrack(number=1, frames=[3, 3], xyxy=np.zeros((2, 4)), scores=[1, 1]), "frames must rise"),
        (lambda: build_video(times=np.zeros(54)), "times must rise"),
        (lambda: build_video(repeated=np.zeros(3, bool)), "repeated must have shape"),
        (lambda: Alignment(path=[[0, 0], [1, -1]], costs=[0, 0], distance=0.0, method="dtw"), "never run backwards"),
        (lambda: Alignment(path=np.zeros((0, 2)), costs=[], distance=0.0, method="dtw"), "must have steps"),
        (lambda: attrs.evolve(build_standard(), medoid=1), "medoid 1 is not one of 1"),
        (lambda: attrs.evolve(build_angles(), times=np.zeros(54)), "times must rise"),
        (lambda: attrs.evolve(build_performance(), angles=build_angles().rows(slice(1, None))), "same frames"),
        (
            lambda: Pictures(frames=[1, 2], jpegs=(b"",), width=1, height=1, offset=[0, 0], scale=1.0),
            "2 frames, but 1 pictures",
        ),
    ],
)
def test_an_instance_that_exists_is_valid(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_key_actions_keep_their_names_and_order():
    marks = build_key_actions()
    assert [marks[name].name for name in KEY_ACTION_NAMES] == list(KEY_ACTION_NAMES)
    start, cocking, strike, finish = marks.marks
    with pytest.raises(ValueError, match="must be"):
        attrs.evolve(marks, marks=(cocking, start, strike, finish))
    with pytest.raises(ValueError, match="must follow each other"):
        attrs.evolve(marks, marks=(attrs.evolve(start, row=finish.row + 1), cocking, strike, finish))


def test_a_video_knows_its_shots_and_its_different_pictures():
    repeated = np.zeros(54, bool)
    repeated[1::2] = True
    video = build_video(repeated=repeated, shots=(0, 20, 40))
    assert [video.shot_of(frame) for frame in (0, 19, 20, 53)] == [(0, 19), (0, 19), (20, 39), (40, 53)]
    assert video.duration_s == pytest.approx(54 / 30)
    assert video.repeated_share == pytest.approx(27 / 53)
    assert video.distinct_rate_hz == pytest.approx(30 * 26 / 53)


def test_a_path_carries_rows_over():
    alignment = Alignment(
        path=[[0, 0], [1, 1], [1, 2], [1, 3], [2, 3], [4, 5]], costs=[1, 1, 0.2, 1, 1, 1], distance=0.1, method="dtw"
    )
    assert alignment.performance_rows(1).tolist() == [1, 2, 3]
    assert [alignment.transferred(row) for row in (0, 1, 2, 4, 99)] == [0, 2, 3, 5, 5]
    tied = attrs.evolve(alignment, costs=np.ones(6))
    assert tied.transferred(1) == 2


def test_a_point_of_the_picture_goes_to_its_crop():
    pictures = Pictures(frames=[3, 7], jpegs=(b"a", b"b"), width=50, height=60, offset=[10, 20], scale=0.5)
    assert pictures.to_crop(np.array([[10.0, 20.0], [30.0, 40.0]])).tolist() == [[0, 0], [10, 10]]
    assert [pictures.nearest(frame) for frame in (0, 5, 6, 50)] == [0, 0, 1, 1]


def test_angles_are_asked_for_by_name():
    angles = build_angles()
    assert np.array_equal(angles.curve("left_knee_angle"), angles.degrees[:, angles.names.index("left_knee_angle")])
    assert angles.sigma("left_knee_angle").shape == angles.times.shape
    part = angles.rows(slice(5, 9))
    assert part.frames.tolist() == angles.frames[5:9].tolist()
    with pytest.raises(ValueError, match="tuple"):
        angles.curve("tail_angle")


def test_a_pose_says_what_is_there():
    pose = build_pose_3d(missing=("left_wrist",))
    assert not pose.present(("left_wrist", "nose")).any()
    assert pose.present(("right_wrist",)).all()
    assert pose.rate_hz == pytest.approx(30)
    assert np.isnan(pose.rows(slice(0, 1)).rate_hz)
    assert pose.middle("left_hip", "right_hip") == pytest.approx((pose.joint("left_hip") + pose.joint("right_hip")) / 2)
    assert pose.row_at(0.5) == 15


def test_a_performance_knows_its_rate_and_its_action():
    performance = build_performance(rate_hz=60.0)
    assert performance.rate_hz == pytest.approx(60)
    marks = performance.key_actions
    assert performance.action_rows == slice(marks["start"].row, marks["finish"].row + 1)
    assert build_performance(with_video=False).rate_hz == pytest.approx(30)
    assert performance.path == Path("clip.mp4")


def test_containers_compare_by_value_and_missing_equals_missing():
    assert build_pose_3d(missing=("nose",)) == build_pose_3d(missing=("nose",))
    assert build_pose_3d(missing=("nose",)) != build_pose_3d()
    assert build_angles() == build_angles()
