"""Pictures agree with their truth: markers, ball, boxes, visibility, blur and noise."""

import attrs
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from handball.domain.camera import Camera
from handball.domain.skeleton import BODY_23
from handball.synthesis.bodies import load_bodies
from handball.synthesis.hall import LIGHTS, HallLooks, box
from handball.synthesis.motion import BallFlight, Motion
from handball.synthesis.players import Looks, Player
from handball.synthesis.rig import SEGMENTS
from handball.synthesis.scene import Scene, posture_at

pytest.importorskip("anny", reason="needs the extra synth: pip install 'handball[synth]'")
pytest.importorskip("vtk", reason="needs the extra synth: pip install 'handball[synth]'")

from handball.synthesis.render import Renderer
from handball.synthesis.render_window import Region, Window, still
from handball.synthesis.skin import Skin

LOOKS = Looks(
    skin=(224, 180, 150), hair=(60, 40, 25), shirt=(200, 30, 40), shorts=(25, 25, 60), shoes=(30, 30, 35), number=7
)
BODY = load_bodies()[13]
PLAYER = Player(name="tester", sex="male", group="adult", hand="right", body=BODY.rest, build=BODY.build, looks=LOOKS)
HALL = HallLooks(stands=False, floor="green")
CAMERA = Camera.looking(position=(14, 10, 1.4), target=(10, 10, 1.1), focal_px=260, image_size=(320, 240))


@pytest.fixture(scope="module")
def skins() -> dict[str, Skin]:
    return {"tester": Skin(PLAYER)}


def standing(place: tuple[float, float], *, facing_deg: float = 0.0, ball: tuple[float, ...] | None = None) -> Motion:
    """A player in the rest pose who takes one step to his left in a second, with a ball beside him."""
    turn = Rotation.from_euler("z", facing_deg - 90, degrees=True).as_matrix()
    left = -0.5 * turn[:, 0]
    root = np.array([*place, -BODY.rest.floor]) + np.stack([np.zeros(3), left])
    positions = np.full((2, 3), np.nan) if ball is None else np.array([ball, ball])
    return Motion(
        player=PLAYER,
        technique="none",
        times=np.array([0.0, 1.0]),
        root=root,
        rotations=np.broadcast_to(turn, (2, len(SEGMENTS), 3, 3)),
        ball=BallFlight(positions=positions, in_hand=np.zeros(2, bool), diameter=0.19),
        moments=(),
    )


def scene(*performers: Motion, **options: object) -> Scene:
    plain = {"motion_blur": False, "noise": False, "camera": CAMERA, "hall": HALL} | options
    return Scene(performers=performers, **plain)


def centroid(mask: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(mask)
    return np.array([columns.mean(), rows.mean()])


@pytest.mark.parametrize("place", [(10.0, 10.0, 1.1), (10.5, 8.7, 0.4), (9.0, 11.8, 2.3), (3.0, 13.0, 0.6)])
def test_a_marker_is_drawn_where_the_camera_projects_it(place: tuple[float, float, float]) -> None:
    half = 0.03
    window = Window(640, 480, LIGHTS["bright"])
    low, high = ([float(value) + sign * half for value in place] for sign in (-1, 1))
    window.add(still(box(low, high, (255, 255, 255))))
    seen = window.grab(CAMERA, Region(left=0, top=0, width=320, height=240))
    window.close()
    # Two samples a pixel: their centres lie a quarter of a pixel off.
    found = centroid(np.isfinite(seen.depth)) / 2 - 0.25
    assert found == pytest.approx(CAMERA.project(np.array(place)), abs=0.3)
    assert np.min(seen.depth) == pytest.approx(CAMERA.in_camera(np.array(place))[2] - half, abs=0.05)


def test_a_part_of_the_picture_shows_the_same_as_the_whole(skins: dict[str, Skin]) -> None:
    window = Window(160, 120, LIGHTS["bright"])
    window.add(still(box((9.95, 9.65, 1.05), (10.05, 9.75, 1.15), (255, 255, 255))))
    seen = window.grab(CAMERA, Region(left=100, top=90, width=80, height=60))
    window.close()
    found = centroid(np.isfinite(seen.depth)) / 2 - 0.25 + [100, 90]
    assert found == pytest.approx(CAMERA.project(np.array([10.0, 9.7, 1.1])), abs=0.3)


def test_the_person_is_where_the_truth_says(skins: dict[str, Skin]) -> None:
    renderer = Renderer(scene(standing((10, 10)), shadows=False), skins)
    empty = Renderer(scene(standing((10, 10)), shadows=False, camera=CAMERA), skins)._hall
    frame = renderer.frame(0.0)
    changed = np.abs(frame.picture.astype(float) - empty).max(axis=2) > 12
    rows, columns = np.nonzero(changed)
    found = np.array([columns.min() - 0.5, rows.min() - 0.5, columns.max() + 0.5, rows.max() + 0.5])
    person = frame.people[0]
    assert found == pytest.approx(person.box, abs=1.6)
    inside = (person.joints_px >= person.box[:2] - 1) & (person.joints_px <= person.box[2:] + 1)
    assert inside.all()
    assert changed[tuple(person.joints_px[5:].round().astype(int).T[::-1])].all()


def test_a_player_who_faces_the_camera_has_his_left_on_the_right_of_the_picture(skins: dict[str, Skin]) -> None:
    person = Renderer(scene(standing((10, 10))), skins).frame(0.0).people[0]
    left, right = (person.joints_px[BODY_23.index(f"{side}_wrist")] for side in ("left", "right"))
    assert left[0] > right[0] + 50
    assert person.visible[[BODY_23.index(joint) for joint in ("nose", "left_eye", "right_eye")]].all()


def test_from_behind_the_face_is_hidden(skins: dict[str, Skin]) -> None:
    person = Renderer(scene(standing((10, 10), facing_deg=180)), skins).frame(0.0).people[0]
    assert not person.visible[[BODY_23.index(joint) for joint in ("nose", "left_eye", "right_eye")]].any()
    limbs = ("shoulder", "elbow", "wrist", "knee", "ankle")
    assert person.visible[[BODY_23.index(f"{side}_{joint}") for side in ("left", "right") for joint in limbs]].all()


def test_from_the_side_the_far_arm_is_hidden_by_the_body(skins: dict[str, Skin]) -> None:
    person = Renderer(scene(standing((10, 10), facing_deg=90)), skins).frame(0.0).people[0]
    # He looks along +y, so the camera at +x sees his right side.
    assert person.visible[[BODY_23.index(f"right_{joint}") for joint in ("ear", "hip", "knee", "ankle")]].all()
    assert not person.visible[BODY_23.index("left_shoulder")]
    assert not person.visible[BODY_23.index("left_hip")]


def test_another_player_in_front_hides_the_athlete(skins: dict[str, Skin]) -> None:
    other = standing((12.3, 10), facing_deg=90)
    people = Renderer(scene(standing((10, 10)), other), skins).frame(0.0).people
    trunk = [BODY_23.index(joint) for joint in ("nose", "left_hip", "right_hip")]
    assert not people[0].visible[trunk].any()
    assert people[0].visible[BODY_23.index("left_wrist")]
    assert people[1].visible[BODY_23.index("right_hip")]


def test_joints_beyond_the_edge_are_not_visible(skins: dict[str, Skin]) -> None:
    person = Renderer(scene(standing((10, 12.2))), skins).frame(0.0).people[0]
    outside = person.joints_px[:, 0] > 319.5
    assert 2 < outside.sum() < len(outside)
    assert not person.visible[outside].any()
    assert person.box[2] == pytest.approx(319.5)


def test_the_ball_is_drawn_as_its_circle(skins: dict[str, Skin]) -> None:
    athlete = standing((10, 10), ball=(10.6, 11.2, 1.9))
    with_ball = Renderer(scene(athlete, shadows=False), skins).frame(0.0)
    without = Renderer(scene(standing((10, 10)), shadows=False), skins).frame(0.0)
    changed = np.abs(with_ball.picture.astype(float) - without.picture).max(axis=2) > 2
    truth = with_ball.ball
    assert truth.visible
    assert centroid(changed) == pytest.approx(truth.center_px, abs=0.5)
    assert np.sqrt(changed.sum() / np.pi) == pytest.approx(truth.radius_px, abs=0.7)
    assert np.isnan(without.ball.center_px).all()


def test_a_ball_behind_the_body_is_hidden_and_one_before_the_chest_hides(skins: dict[str, Skin]) -> None:
    behind = Renderer(scene(standing((10, 10), ball=(9.6, 10.0, 1.2))), skins).frame(0.0)
    assert not behind.ball.visible
    nose = BODY.rest.joints[BODY_23.index("nose")]
    before = standing((10, 10), ball=(10.45, 10.0, float(nose[2] - BODY.rest.floor)))
    seen = Renderer(scene(before), skins).frame(0.0)
    assert seen.ball.visible
    assert not seen.people[0].visible[BODY_23.index("nose")]


def test_distortion_moves_the_picture_with_the_truth(skins: dict[str, Skin]) -> None:
    bent = attrs.evolve(CAMERA, distortion=(-0.15, 0.02, 0.0, 0.0))
    athlete = standing((10, 10), ball=(10.6, 11.2, 1.9))
    frames = [
        Renderer(scene(each, camera=bent, shadows=False), skins).frame(0.0) for each in (athlete, standing((10, 10)))
    ]
    changed = np.abs(frames[0].picture.astype(float) - frames[1].picture).max(axis=2) > 8
    assert frames[0].picture.shape == (240, 320, 3)
    assert centroid(changed) == pytest.approx(frames[0].ball.center_px, abs=0.7)
    straight = CAMERA.project(np.array([10.6, 11.2, 1.9]))
    assert np.abs(straight - frames[0].ball.center_px).max() > 1.0


def test_fast_movement_blurs_and_the_switch_stops_it(skins: dict[str, Skin]) -> None:
    running = standing((10, 10))
    running = attrs.evolve(running, times=np.array([0.0, 0.05]))
    hall = attrs.evolve(HALL, lighting="dim")
    sharp, blurred = (
        Renderer(scene(running, motion_blur=blur, hall=hall, shadows=False), skins).frame(0.025).picture.astype(float)
        for blur in (False, True)
    )
    edges = [np.abs(np.diff(picture[60:200, :, 0], axis=1)).max(axis=1).mean() for picture in (sharp, blurred)]
    assert edges[1] < 0.8 * edges[0]


def test_noise_has_the_strength_of_the_light(skins: dict[str, Skin]) -> None:
    hall = attrs.evolve(HALL, lighting="dim")
    clean, noisy = (Renderer(scene(standing((10, 10)), noise=noise, hall=hall), skins) for noise in (False, True))
    frames = [noisy.frame(0.0).picture.astype(float) for _ in range(2)]
    difference = frames[0] - clean.frame(0.0).picture
    assert difference.std() == pytest.approx(LIGHTS["dim"].noise, rel=0.15)
    assert np.abs(frames[0] - frames[1]).max() > 5


def test_the_same_scene_gives_the_same_pictures(skins: dict[str, Skin]) -> None:
    athlete = standing((10, 10), ball=(10.6, 11.2, 1.9))
    first, second = (list(Renderer(scene(athlete, noise=True, motion_blur=True), skins).frames()) for _ in range(2))
    assert [frame.time for frame in first] == [0.0, 1.0]
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one.picture, other.picture)
        assert one.people == other.people


def test_postures_between_frames_turn_evenly() -> None:
    motion = standing((10, 10))
    quarter = Rotation.from_euler("z", 80, degrees=True).as_matrix() @ motion.rotations[0]
    motion = attrs.evolve(motion, rotations=np.stack([motion.rotations[0], quarter]))
    between = posture_at(motion, 0.25)
    turned = Rotation.from_matrix(between.rotations[0, 0] @ motion.rotations[0, 0].T).as_euler("xyz", degrees=True)
    assert turned == pytest.approx([0, 0, 20])
    assert posture_at(motion, 0.0).root[0] == pytest.approx(motion.root[0])
    assert posture_at(motion, 9.0).rotations[0] == pytest.approx(motion.rotations[1])
