"""Laws of poses: mirror images, rows, and what their constructors refuse."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23, mirrored_name

SIZES = st.integers(1, 6)


@st.composite
def poses(draw, axes: int = 3):
    rows = draw(SIZES)
    shape = (rows, 23, axes)
    positions = draw(arrays.arrays(np.float64, shape, elements=st.floats(-100, 100)))
    missing = draw(arrays.arrays(np.bool_, shape[:2]))
    positions[missing] = np.nan
    fields = {
        "skeleton": BODY_23,
        "frames": np.cumsum(draw(arrays.arrays(np.int64, rows, elements=st.integers(1, 9)))),
        "times": np.cumsum(draw(arrays.arrays(np.float64, rows, elements=st.floats(0.001, 1.0)))),
        "positions": positions,
        "scores": draw(arrays.arrays(np.float64, shape[:2], elements=st.floats(0, 1))),
        "sigma": draw(arrays.arrays(np.float64, shape, elements=st.floats(0, 1))),
    }
    return Pose2D(**fields, image_size=(640, 480)) if axes == 2 else Pose3D(**fields, origin="world")


@given(pose=st.one_of(poses(2), poses(3)))
def test_mirroring_twice_is_the_identity(pose):
    twice = pose.mirrored().mirrored()
    assert np.allclose(twice.positions, pose.positions, atol=1e-9, equal_nan=True)
    assert np.array_equal(twice.scores, pose.scores)
    assert np.array_equal(twice.sigma, pose.sigma)


@given(pose=poses(3))
def test_the_mirror_image_swaps_sides(pose):
    mirrored = pose.mirrored()
    for joint in BODY_23.joints:
        expected = pose.joint(mirrored_name(joint)) * [-1, 1, 1]
        assert np.array_equal(mirrored.joint(joint), expected, equal_nan=True)
        assert np.array_equal(
            mirrored.scores[:, BODY_23.index(joint)], pose.scores[:, BODY_23.index(mirrored_name(joint))]
        )


@given(pose=poses(2))
def test_pixels_of_the_mirror_image_stay_in_the_picture(pose):
    assert np.allclose(pose.mirrored().joint("nose")[:, 0], 639 - pose.joint("nose")[:, 0], equal_nan=True)
    assert np.array_equal(pose.mirrored().joint("nose")[:, 1], pose.joint("nose")[:, 1], equal_nan=True)


@given(pose=poses(3), data=st.data())
@settings(max_examples=25)
def test_rows_of_a_pose_are_a_pose(pose, data):
    first = data.draw(st.integers(0, len(pose.times) - 1))
    part = pose.rows(slice(first, None))
    assert np.array_equal(part.frames, pose.frames[first:])
    assert part.rows(np.arange(len(part.times))) == part
    assert part.row_at(pose.times[first]) == 0


@given(pose=poses(3))
@settings(max_examples=25)
def test_arrays_are_copies_and_read_only(pose):
    with pytest.raises(ValueError, match="read-only"):
        pose.positions[0, 0, 0] = 1.0
    source = np.zeros(pose.positions.shape)
    changed = attrs.evolve(pose, positions=source)
    source[...] = 7.0
    assert changed.positions.max() == 0


@given(pose=poses(3), bad=st.sampled_from([np.nan, np.inf]))
@settings(max_examples=25)
def test_half_a_joint_is_refused(pose, bad):
    positions = np.zeros(pose.positions.shape)
    positions[0, 3, 1] = bad
    with pytest.raises(ValueError, match=r"NaN in all its coordinates|finite or NaN"):
        attrs.evolve(pose, positions=positions)


@given(pose=poses(3))
@settings(max_examples=25)
def test_times_must_rise(pose):
    if len(pose.times) > 1:
        with pytest.raises(ValueError, match="times must rise"):
            attrs.evolve(pose, times=pose.times[::-1])
        with pytest.raises(ValueError, match="frames must rise"):
            attrs.evolve(pose, frames=np.zeros(len(pose.frames)))
