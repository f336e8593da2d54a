"""The skin follows the exact skeleton: joints agree, left is left, clothes are where they belong."""

import subprocess
import sys

import attrs
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from handball.domain.skeleton import BODY_23
from handball.synthesis.bodies import MeasuredBody, load_bodies
from handball.synthesis.players import Looks, Player
from handball.synthesis.rig import PARENTS, SEGMENTS, joint_positions, segment_origins

pytest.importorskip("anny", reason="needs the extra synth: pip install 'handball[synth]'")

from handball.synthesis.skin import Skin
from handball.synthesis.skin_cut import cut, uncut
from handball.synthesis.skin_model import load_skin_model
from handball.synthesis.skin_rest import anchors

LOOKS = Looks(
    skin=(224, 180, 150), hair=(60, 40, 25), shirt=(200, 30, 40), shorts=(25, 25, 60), shoes=(30, 30, 35), number=7
)
REST = np.tile(np.eye(3), (1, len(SEGMENTS), 1, 1))


def player(body: MeasuredBody) -> Player:
    return Player(
        name=body.name, sex=body.sex, group=body.group, hand="right", body=body.rest, build=body.build, looks=LOOKS
    )


@pytest.fixture(scope="module")
def man() -> Skin:
    return Skin(player(load_bodies()[13]))


def posed(**euler_deg: tuple[float, float, float]) -> np.ndarray:
    """Rotations of the segments for joint rotations about x, y and z of the body."""
    rotations: dict[str, Rotation] = {}
    for segment, parent in PARENTS.items():
        own = Rotation.from_euler("XYZ", euler_deg.get(segment, (0, 0, 0)), degrees=True)
        rotations[segment] = rotations[parent] * own if parent else own
    return np.array([[rotations[segment].as_matrix() for segment in SEGMENTS]])


THROW = posed(
    pelvis=(0, 0, 30),
    abdomen=(5, 10, 10),
    chest=(0, 0, -30),
    right_clavicle=(0, -10, 0),
    right_upper_arm=(80, 0, -20),
    right_forearm=(20, 0, 90),
    left_upper_arm=(0, 0, -70),
    left_thigh=(70, 0, 0),
    left_shank=(-90, 0, 0),
    left_foot=(-20, 0, 0),
)


@pytest.mark.parametrize("body", [load_bodies()[row] for row in (0, 5, 9, 15)], ids=lambda body: body.name)
def test_bones_carry_every_joint_to_where_the_skeleton_has_it(body: MeasuredBody) -> None:
    skin, model = Skin(player(body)), load_skin_model(body.build)
    root = np.array([[12.0, 7.0, 1.1]])
    transforms = skin.bone_transforms(root, THROW)[0]
    truth = joint_positions(body.rest, root, THROW)[0]
    carriers = {"elbow": "lowerarm01", "wrist": "wrist", "hip": "upperleg02", "knee": "lowerleg01", "ankle": "foot"}
    carriers |= {"shoulder": "upperarm02", "heel": "foot", "big_toe": "toe1-1"}
    for side, letter in (("left", "L"), ("right", "R")):
        for joint, bone in carriers.items():
            moved = transforms[model.bones.index(f"{bone}.{letter}")]
            found = moved[:, :3] @ model.keypoints[f"{side}_{joint}"] + moved[:, 3]
            assert found == pytest.approx(truth[BODY_23.index(f"{side}_{joint}")], abs=0.005), joint


def test_neighbouring_bones_meet_in_the_joint(man: Skin) -> None:
    model = load_skin_model(man.player.build)
    at = anchors(model)
    transforms = man.bone_transforms(np.zeros((1, 3)), THROW)[0]
    placed = segment_origins(man.player.body, np.zeros((1, 3)), THROW)[0]
    chains = {"right_forearm": ("upperarm02.R", "lowerarm01.R"), "right_hand": ("lowerarm02.R", "wrist.R")}
    chains |= {"left_shank": ("upperleg02.L", "lowerleg01.L"), "left_foot": ("lowerleg02.L", "foot.L")}
    for segment, bones in chains.items():
        for bone in bones:
            moved = transforms[model.bones.index(bone)]
            place = moved[:, :3] @ at[segment] + moved[:, 3]
            assert place == pytest.approx(placed[SEGMENTS.index(segment)], abs=0.005)


def test_the_surface_surrounds_the_joints_in_the_rest_pose(man: Skin) -> None:
    surface = man.surface(man.bone_transforms(np.zeros((1, 3)), REST)[0])
    body = man.player.body
    low, high = surface.vertices.min(axis=0), surface.vertices.max(axis=0)
    assert low[2] == pytest.approx(body.floor, abs=0.012)
    assert high[2] == pytest.approx(body.head_top, abs=0.02)
    # Fingertips are a third of a forearm beyond the knuckles, on both sides.
    reach = body.joints[BODY_23.index("right_index")][0]
    assert high[0] == pytest.approx(-low[0], abs=0.03)
    assert reach + 0.05 < high[0] < reach + 0.14
    for joint, position in zip(BODY_23.joints, body.joints, strict=True):
        nearest = np.linalg.norm(surface.vertices - position, axis=1).min()
        assert nearest < (0.16 if joint.endswith("hip") else 0.10), joint


def test_the_right_arm_moves_the_right_hand(man: Skin) -> None:
    raised = posed(right_upper_arm=(0, -80, 0))
    surface = man.surface(man.bone_transforms(np.zeros((1, 3)), raised)[0])
    highest = surface.vertices[surface.vertices[:, 2].argmax()]
    assert highest[0] > 0.1
    assert highest[2] > man.player.body.head_top + 0.2


def test_turning_the_body_turns_the_surface(man: Skin) -> None:
    turn = Rotation.from_euler("z", 90, degrees=True).as_matrix()
    plain = man.surface(man.bone_transforms(np.zeros((1, 3)), THROW)[0])
    turned = man.surface(man.bone_transforms(np.zeros((1, 3)), turn @ THROW)[0])
    assert turned.vertices == pytest.approx(plain.vertices @ turn.T, abs=1e-4)
    assert turned.normals == pytest.approx(plain.normals @ turn.T, abs=1e-4)


def test_twist_is_spread_along_the_forearm(man: Skin) -> None:
    model = load_skin_model(man.player.build)
    palm_up = posed(right_hand=(90, 0, 0))
    before, after = (man.bone_transforms(np.zeros((1, 3)), rotations)[0] for rotations in (REST, palm_up))

    def turned(bone: str) -> float:
        row = model.bones.index(bone)
        between = Rotation.from_matrix(after[row, :, :3]) * Rotation.from_matrix(before[row, :, :3]).inv()
        return float(np.degrees(between.magnitude()))

    assert turned("wrist.R") == pytest.approx(90, abs=0.1)
    assert 40 < turned("lowerarm02.R") < 70
    assert turned("lowerarm01.R") < 1


def test_clothes_are_where_they_belong(man: Skin) -> None:
    surface = man.surface(man.bone_transforms(np.zeros((1, 3)), REST)[0])
    center = surface.vertices[man.faces].mean(axis=1)
    body = man.player.body

    def heights(color: tuple[int, int, int]) -> np.ndarray:
        return center[(man.colors == color).all(axis=1), 2]

    knee, shoulder = (body.joints[BODY_23.index(f"right_{joint}")][2] for joint in ("knee", "shoulder"))
    assert heights(LOOKS.shorts).min() > knee
    assert heights(LOOKS.shorts).max() < 0.1
    assert heights(LOOKS.shirt).min() > -0.05
    assert heights(LOOKS.shirt).max() < shoulder + 0.15
    assert heights(LOOKS.shoes).max() < body.floor + 0.2
    assert heights(LOOKS.hair).min() > shoulder + 0.1


def test_a_larger_player_has_a_larger_skin(man: Skin) -> None:
    larger = Skin(attrs.evolve(man.player, body=man.player.body.scaled(1.05)))
    surfaces = [skin.surface(skin.bone_transforms(np.zeros((1, 3)), REST)[0]).vertices for skin in (man, larger)]
    assert np.ptp(surfaces[1], axis=0) == pytest.approx(1.05 * np.ptp(surfaces[0], axis=0), rel=1e-3)


def test_a_cut_keeps_the_area_and_follows_the_line() -> None:
    grid = np.stack(np.meshgrid(np.arange(6.0), np.arange(6.0)), axis=-1).reshape(-1, 2)
    cells = np.array([[row * 6 + column for column in range(5)] for row in range(5)]).ravel()
    faces = np.concatenate([cells[:, None] + [0, 1, 7], cells[:, None] + [0, 7, 6]])
    mesh = cut(uncut(faces, (grid[:, :1] + 0.3 * grid[:, 1:] - 2.6)), 0)
    points = mesh.mix @ grid
    first, second = (points[mesh.faces[:, corner]] - points[mesh.faces[:, 0]] for corner in (1, 2))
    areas = 0.5 * (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
    assert areas.min() > 0
    assert areas.sum() == pytest.approx(25.0)
    values = mesh.fields[mesh.faces, 0]
    assert not ((values.min(axis=1) < 0) & (values.max(axis=1) > 0)).any()
    assert areas[values.mean(axis=1) > 0].sum() == pytest.approx(25.0 - (2.6 + 1.1) / 2 * 5, abs=0.35)


def test_it_loads_without_a_network(man: Skin) -> None:
    code = (
        "import socket\n"
        "def refused(*a, **k): raise OSError('no network')\n"
        "socket.socket.connect = refused\n"
        "socket.getaddrinfo = refused\n"
        "from handball.synthesis.bodies import load_bodies\n"
        "from handball.synthesis.skin_model import load_skin_model\n"
        "print(len(load_skin_model(load_bodies()[0].build).vertices))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) > 10_000
