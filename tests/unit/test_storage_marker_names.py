"""Names of laboratory markers."""

from collections import Counter
from pathlib import Path

import pytest

from handball.domain.skeleton import BODY_23
from handball.errors import InvalidPoseFileError
from handball.storage.marker_names import _known_names, find_joints, joint_of, load_joint_map

FILE = Path("throw.trc")


@pytest.mark.parametrize(
    ("names", "joint"),
    [
        (
            "left_elbow LElbow L_Elbow left·elbow Left_Elbow LEFTELBOW L.Elbow Elbow_L elbow-left LEJC LELB",
            "left_elbow",
        ),
        ("Anna:LElbow Anna:LEJC p1:x:left_elbow LElbowJointCenter left_elbow_joint_centre L_EJC", "left_elbow"),
        ("RShoulder RSJC RSHO right_shoulder Shoulder_R", "right_shoulder"),
        ("RHip RHJC right_hip", "right_hip"),
        ("LWrist LWJC", "left_wrist"),
        ("LKnee LKJC LKNE", "left_knee"),
        ("RAnkle RAJC RANK", "right_ankle"),
        ("RHeel RHEE", "right_heel"),
        ("RBigToe RTOE right_foot_index", "right_big_toe"),
        ("left_index LIndex LFIN", "left_index"),
        ("LEye left_eye", "left_eye"),
        ("REar", "right_ear"),
        ("Nose nose S1:NOSE", "nose"),
    ],
)
def test_common_variants(names: str, joint: str) -> None:
    for name in names.split():
        assert joint_of(name.replace("·", " ")) == joint, name


@pytest.mark.parametrize(
    "name",
    [
        "Hip",
        "CHip",
        "Neck",
        "Head",
        "Heel",
        "LeftForeArm",
        "LFRM",
        "LSmallToe",
        "LUPA",
        "C7",
        "LElbowAngles",
        "*12",
        "",
    ],
)
def test_other_markers_are_no_joints(name: str) -> None:
    assert joint_of(name) is None


def test_no_name_means_two_joints() -> None:
    pairs = {(key, joint) for key, joint, _ in _known_names()}
    assert [key for key, count in Counter(key for key, _ in pairs).items() if count > 1] == []


def test_every_joint_is_known_by_its_own_name() -> None:
    assert [joint_of(joint) for joint in BODY_23.joints] == list(BODY_23.joints)


def test_joint_centre_goes_before_the_skin_marker() -> None:
    assert find_joints(["LELB", "LElbow", "LEJC"], None, FILE) == {"left_elbow": (2,)}
    assert find_joints(["LELB", "LElbow"], None, FILE) == {"left_elbow": (1,)}


def test_two_people_in_a_file_are_not_guessed() -> None:
    with pytest.raises(InvalidPoseFileError, match=r"several markers for left_elbow: a:LElbow, b:LElbow; say which"):
        find_joints(["a:LElbow", "b:LElbow"], None, FILE)
    assert find_joints(["a:LElbow", "b:LElbow"], {"b:LElbow": "left_elbow"}, FILE) == {"left_elbow": (1,)}


def test_plug_in_gait_wrist_is_half_way_between_its_two_markers() -> None:
    assert find_joints(["LWRA", "x", "LWRB", "RWRA"], None, FILE) == {"left_wrist": (0, 2)}
    assert find_joints(["LWRA", "LWRB", "LWJC"], None, FILE) == {"left_wrist": (2,)}


def test_map_goes_first_and_joins_markers() -> None:
    found = find_joints(["in", "out", "LElbow"], {"in": "left_elbow", "OUT": "left_elbow"}, FILE)
    assert found == {"left_elbow": (0, 1)}


def test_wrong_maps_are_refused() -> None:
    with pytest.raises(InvalidPoseFileError, match=r"names 'left_elbo', which is no joint; did you mean 'left_elbow'"):
        find_joints(["a"], {"a": "left_elbo"}, FILE)
    with pytest.raises(InvalidPoseFileError, match=r"'xyz', which is no joint; expected one of nose, left_eye"):
        find_joints(["a"], {"a": "xyz"}, FILE)
    with pytest.raises(InvalidPoseFileError, match=r"throw\.trc has no marker 'b' of the joint map; it has a$"):
        find_joints(["a"], {"b": "left_elbow"}, FILE)
    with pytest.raises(InvalidPoseFileError, match="has 2 markers 'M' of the joint map"):
        find_joints(["p:m", "q:m"], {"M": "left_elbow"}, FILE)


def test_joint_map_is_a_flat_table(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('"L ELB 2" = "left_elbow"\nHIPL = "left_hip"\n')
    assert load_joint_map(path) == {"L ELB 2": "left_elbow", "HIPL": "left_hip"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b", r"map\.toml is not valid TOML"),
        ("a = 1", "gives 'a' no joint name"),
        ('a = "left_wirst"', "did you mean 'left_wrist'"),
    ],
)
def test_broken_joint_maps_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text)
    with pytest.raises(InvalidPoseFileError, match=words):
        load_joint_map(path)


def test_missing_joint_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidPoseFileError, match="cannot be read"):
        load_joint_map(tmp_path / "map.toml")
