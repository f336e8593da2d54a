"""Cameras: projection, distortion, the presets of the paper, and the same pinhole in the renderer."""

import numpy as np
import pytest

from handball.domain.camera import Camera
from handball.synthesis import camera as cameras

POINTS = np.array([[10.3, 9.1, 0.2], [10.0, 10.0, 1.8], [9.4, 11.2, 1.1]])


def side_camera() -> Camera:
    return Camera.looking(position=(10, 4, 1.5), target=(10, 10, 1), focal_px=700, image_size=(640, 480))


def test_left_right_up_and_down_in_the_picture() -> None:
    camera = side_camera()
    center, right, up = camera.project(np.array([[10.0, 10, 1], [11, 10, 1], [10, 10, 2]]))
    assert center == pytest.approx([319.5, 239.5])
    assert right[0] > center[0] + 50
    assert right[1] == pytest.approx(center[1])
    assert up[1] < center[1] - 50


def test_behind_the_camera_there_is_nothing() -> None:
    assert np.isnan(side_camera().project(np.array([10.0, 0.0, 1.0]))).all()


@pytest.mark.parametrize("distortion", [(0.0, 0.0, 0.0, 0.0), (-0.12, 0.03, 0.001, -0.002)])
def test_rays_go_back_through_the_points(distortion: tuple[float, float, float, float]) -> None:
    plain = side_camera()
    camera = Camera(
        image_size=plain.image_size, focal=plain.focal, principal=plain.principal,
        rotation=plain.rotation, position=plain.position, distortion=distortion,
    )  # fmt: skip
    rays = camera.rays(camera.project(POINTS))
    distance = np.linalg.norm(POINTS - camera.position, axis=1, keepdims=True)
    assert camera.position + rays * distance == pytest.approx(POINTS, abs=1e-9)


def test_distortion_is_browns_model_as_others_have_it() -> None:
    cv2 = pytest.importorskip("cv2")
    plain = side_camera()
    distortion = (-0.2, 0.05, 0.002, -0.003)
    camera = Camera(
        image_size=plain.image_size, focal=plain.focal, principal=plain.principal,
        rotation=plain.rotation, position=plain.position, distortion=distortion,
    )  # fmt: skip
    turn, _ = cv2.Rodrigues(camera.rotation)
    shift = -camera.rotation @ camera.position
    expected, _ = cv2.projectPoints(POINTS, turn, shift, camera.matrix, np.array(distortion))
    assert camera.project(POINTS) == pytest.approx(expected.reshape(-1, 2), abs=1e-6)


def test_the_projection_matrix_says_the_same() -> None:
    camera = side_camera()
    seen = np.column_stack([POINTS, np.ones(3)]) @ camera.projection.T
    assert seen[:, :2] / seen[:, 2:] == pytest.approx(camera.project(POINTS))


def test_a_rotation_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="rotation"):
        Camera(
            image_size=(4, 4), focal=(1, 1), principal=(0, 0), rotation=np.diag([1.0, 1.0, -1.0]), position=np.zeros(3)
        )


def test_the_near_and_far_cameras_are_those_of_the_paper() -> None:
    near = cameras.near((30.0, 10.0), 0.0, azimuth_deg=20.0)
    assert (near.rate_hz, near.camera.image_size) == (25.0, (1280, 720))
    assert near.camera.position[2] == pytest.approx(2.5)
    assert np.hypot(*(near.camera.position[:2] - [30, 10])) == pytest.approx(4.0)
    far = cameras.far((30.0, 10.0), 0.0)
    assert np.hypot(*(far.camera.position[:2] - [30, 10])) == pytest.approx(10.0)
    # Facing along x, a frontal camera stands further along x, and the player's left (+y) is on the right.
    assert far.camera.project(np.array([30.0, 10.5, 1.0]))[0] > 640


def test_a_person_fits_into_every_preset() -> None:
    person = np.array([[30.0, 10.0, 0.0], [30.0, 10.0, 2.3], [30.0, 9.2, 1.2], [30.0, 10.8, 1.2]])
    place = (30.0, 10.0)
    shots = [cameras.near(place, 0.0), cameras.far(place, 0.0), cameras.phone(place, 0.0)]
    shots += [cameras.phone(place, 0.0, portrait=True), *cameras.orbit(place, 0.0)]
    shots += cameras.rig((30.0, 10.0, 1.2), position=(24.0, 10.0, 2.2))
    for shot in shots:
        pixels = shot.camera.project(person)
        assert (pixels >= 0).all(), shot.camera.name
        assert (pixels < shot.camera.image_size).all(), shot.camera.name


def test_the_rig_is_the_binocular_camera_of_the_paper() -> None:
    left, right = cameras.rig((20.0, 10.0, 1.0))
    assert (left.rate_hz, left.camera.image_size) == (120.0, (640, 480))
    middle = (left.camera.position + right.camera.position) / 2
    assert middle == pytest.approx([-3.0, 10.0, 2.2])
    assert np.linalg.norm(left.camera.position - right.camera.position) == pytest.approx(cameras.RIG_BASELINE)
    assert left.camera.rotation == pytest.approx(right.camera.rotation)
    point = np.array([20.0, 10.0, 1.0])
    disparity = left.camera.project(point)[0] - right.camera.project(point)[0]
    depth = left.camera.in_camera(point)[2]
    assert disparity == pytest.approx(left.camera.focal[0] * cameras.RIG_BASELINE / depth)


def test_the_ring_looks_from_all_sides() -> None:
    shots = cameras.orbit((20.0, 10.0), 90.0, cameras=12)
    assert len(shots) == 12
    directions = np.array([shot.camera.position[:2] - [20.0, 10.0] for shot in shots])
    azimuths = np.degrees(np.arctan2(directions[:, 1], directions[:, 0])) - 90.0
    assert np.mod(azimuths, 360) == pytest.approx(np.arange(12) * 30.0, abs=1e-6)
