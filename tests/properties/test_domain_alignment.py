"""Laws of the containers that carry rows and boxes over."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from handball.domain.alignment import Alignment
from handball.domain.boxes import BoxTrack
from handball.domain.skeleton import BODY_23, mirrored_name, role_name, sided_name

STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.floats(0, 5)), min_size=1, max_size=30)


@given(steps=STEPS)
def test_carried_rows_never_run_backwards_and_lie_on_the_path(steps):
    path = np.cumsum([(a, b) for a, b, _ in steps], axis=0)
    alignment = Alignment(path=path, costs=[cost for *_, cost in steps], distance=0.0, method="dtw")
    carried = [alignment.transferred(row) for row in range(-1, int(path[-1, 0]) + 2)]
    assert carried == sorted(carried)
    for row in path[:, 0]:
        assert alignment.transferred(int(row)) in alignment.performance_rows(int(row))


@given(
    frames=st.lists(st.integers(0, 200), min_size=1, max_size=20, unique=True),
    asked=st.lists(st.integers(-50, 300), min_size=1, max_size=20),
    seed=st.integers(0, 100),
)
def test_boxes_between_stay_between(frames, asked, seed):
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 500, (len(frames), 2))
    xyxy = np.concatenate([corner, corner + rng.uniform(1, 200, (len(frames), 2))], axis=1)
    track = BoxTrack(number=1, frames=sorted(frames), xyxy=xyxy, scores=np.ones(len(frames)))
    found = track.at(np.array(asked))
    assert (found >= xyxy.min(axis=0) - 1e-9).all()
    assert (found <= xyxy.max(axis=0) + 1e-9).all()
    assert (found[:, 2:] > found[:, :2]).all()
    assert np.allclose(track.at(track.frames), xyxy)


@given(name=st.sampled_from([*BODY_23.joints, "left_knee_angle", "hip_line_angle"]))
def test_naming_by_side_and_by_role_agree(name):
    assert sided_name(sided_name(name, "left"), "left") == name
    assert (role_name(name) == name) == (mirrored_name(name) == name)
