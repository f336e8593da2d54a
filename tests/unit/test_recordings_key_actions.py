"""Key actions on recorded movements of other sports: pitches, free throws, golf swings."""

import collections

import numpy as np
import pytest

from handball.config import ClipSettings, Settings
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.errors import HandballError
from handball.key_actions import StrikeFirstRule, throwing_hand
from handball.kinematics.smoothing import smoothed
from handball.pipeline.analysis import analyze
from handball.pipeline.hooks import Hooks

pytestmark = pytest.mark.recordings

LIMBS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
PENN_JOINTS = ("nose", *(f"{side}_{part}" for part in LIMBS for side in ("left", "right")))
FOOT = 0.3048


@pytest.fixture(scope="module")
def penn(recordings):
    return np.load(recordings / "penn_action" / "penn_action.npz", allow_pickle=True)


def clips_of(penn, action: str, step: int = 1):
    for clip in np.flatnonzero(penn["action"] == action)[::step]:
        xy = penn["xy"][penn["offset"][clip] : penn["offset"][clip + 1]].astype(float)
        positions = np.full((len(xy), 23, 2), np.nan)
        positions[:, BODY_23.indices(PENN_JOINTS)] = xy
        rows = np.arange(len(xy))
        yield Pose2D(
            skeleton=BODY_23, frames=rows, times=rows / 30, positions=positions, scores=np.ones(positions.shape[:2]),
            sigma=np.full(positions.shape, 2.0), image_size=(480, 360),
        )  # fmt: skip


def right_handed(pose):
    pose = smoothed(pose)
    return pose.mirrored() if throwing_hand(pose)[0] == "left" else pose


@pytest.fixture(scope="module")
def pitches(penn):
    return [right_handed(pose) for pose in clips_of(penn, "baseball_pitch")]


def outcome(body, rule) -> str:
    try:
        rule(body)
    except HandballError as error:
        return str(error).split(":")[1].split(".")[0].strip()[:30]
    return "accepted"


def test_pitches_are_cocked_one_to_ten_frames_before_the_fastest_hand(pitches):
    rule = StrikeFirstRule(any_action=True)
    marks = [rule(body) for body in pitches]
    ahead = np.array([found["strike"].frame - found["cocking"].frame for found in marks])
    assert len(ahead) == 167
    inside = float(np.mean((ahead >= 1) & (ahead <= 10)))
    assert inside >= 0.97, f"{inside:.3f} inside; frames: {np.unique(ahead, return_counts=True)}"
    drawn = [found["cocking"].frame - found["start"].frame for found in marks]
    followed = [found["finish"].frame - found["strike"].frame for found in marks]
    assert 4 <= np.median(drawn) <= 20, f"start to cocking: {np.percentile(drawn, [5, 50, 95])} frames"
    assert 3 <= np.median(followed) <= 12, f"strike to finish: {np.percentile(followed, [5, 50, 95])} frames"


# which share of the clips passes as a throw, at least and at most
SHARES = {
    "baseball_pitch": (1, 0.94, 1.0),
    "tennis_serve": (3, 0.9, 1.0),
    "baseball_swing": (1, 0.0, 0.2),
    "golf_swing": (3, 0.0, 0.2),
}


@pytest.mark.parametrize("action", SHARES)
def test_pitches_pass_as_throws_and_most_swings_of_both_hands_do_not(penn, action):
    step, least, most = SHARES[action]
    outcomes = collections.Counter(
        outcome(right_handed(pose), StrikeFirstRule()) for pose in clips_of(penn, action, step)
    )
    assert least <= outcomes["accepted"] / outcomes.total() <= most, outcomes


@pytest.fixture(scope="module")
def free_throws(recordings):
    """(release frame, pose) of 100 free throws with the right hand."""
    trials = np.load(recordings / "spl_freethrow" / "freethrow_trials_001_100.npz", allow_pickle=True)
    names = [str(name).lower() for name in trials["joint_names"]]
    joints = [f"{side}_{part}" for side in ("left", "right") for part in LIMBS]
    columns = [names.index(f"{joint[0]}_{joint.split('_')[1]}") for joint in joints]
    throws = []
    for x, ball in zip(trials["joints_ft"], trials["ball_ft"], strict=True):
        rows = np.arange(len(x))
        positions = np.full((len(x), 23, 3), np.nan)
        positions[:, BODY_23.indices(tuple(joints))] = x[:, columns] * FOOT
        pose = Pose3D(
            skeleton=BODY_23, frames=rows, times=rows / 30, positions=positions, scores=np.ones(positions.shape[:2]),
            sigma=np.full(positions.shape, 0.01), origin="world",
        )  # fmt: skip
        held = np.flatnonzero(np.linalg.norm(ball - x[:, names.index("r_wrist")], axis=1) * FOOT < 0.35)
        throws.append((int(held[-1]), pose))
    return throws


def test_the_strike_of_a_free_throw_is_its_push_and_nothing_is_taken_from_the_arm_held_up(free_throws):
    late, refused = [], collections.Counter()
    for release, pose in free_throws:
        try:
            marks = StrikeFirstRule()(right_handed(pose))
        except HandballError as error:
            refused[str(error)[20:60]] += 1
            continue
        late.append([mark.frame - release for mark in marks.marks])
    assert len(late) >= 95, f"{len(late)} accepted, refused: {refused}"
    table = f"start, cocking, strike, finish minus release:\n{np.percentile(late, [0, 5, 50, 95, 100], axis=0)}"
    worst, first = np.max(late, axis=0), np.min(late, axis=0)
    assert worst[1] < 0, table
    assert first[2] >= -6, table
    assert worst[2] <= 2, table
    assert abs(np.median([row[2] for row in late])) <= 2, table
    assert worst[3] <= 10, table


# Last picture with the ball in the hand (a repeated picture counts with the one before), and the throwing hand,
# read by eye from the pictures of four broadcasts. Each shows two pitches, of which either may be found.
TV_PITCHES = {
    "pitch_01": (((44, 44), (189, 190)), "left"),
    "pitch_02": (((96, 97), (168, 168)), "right"),
    "pitch_03": (((45, 45), (170, 171)), "left"),
    "pitch_04": (((41, 41), (152, 153)), "right"),
}


@pytest.mark.models
@pytest.mark.parametrize("clip", TV_PITCHES)
def test_a_pitch_of_a_broadcast_is_found_and_its_doubt_is_said(recordings, models_folder, clip):
    releases, hand = TV_PITCHES[clip]
    path = recordings / "baseball" / "pitch" / f"{clip}.mp4"
    found = analyze(path, ClipSettings(), Settings(), Hooks(), pictures=False)
    strike = found.key_actions["strike"]
    assert found.hand == hand
    assert any(first - 2 <= strike.frame <= last + 2 for first, last in releases), strike
    assert strike.confidence <= 0.5, strike
    assert strike.timing_sigma_s >= 0.05, strike
    assert "hand_lost" in [notice.key for notice in found.notices]
