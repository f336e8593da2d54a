"""The court in a picture: places of feet, the camera behind it, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from handball.domain.camera import Camera
from handball.domain.court import POINTS
from handball.errors import InvalidRigError
from handball.stereo.court import court_view
from handball.stereo.court_camera import camera_from_court
from handball.stereo.court_drawing import court_lines, draw_court

SIZE = (1280, 720)


def side_camera(x: float = 3.0, focal_px: float = 950.0) -> Camera:
    return Camera.looking(position=(x, -3.0, 3.0), target=(7, 10, 0.5), focal_px=focal_px, image_size=SIZE)


def clicks(camera: Camera, noise_px: float = 0.0, seed: int = 0) -> dict[str, tuple[float, float]]:
    """Points of the court within 25 m that the camera sees."""
    draw, found = np.random.default_rng(seed), {}
    for name, place in POINTS.items():
        pixel = camera.project(np.array(place))
        inside = np.isfinite(pixel).all() and (pixel >= 0).all() and (pixel < camera.image_size).all()
        if inside and np.linalg.norm(np.array(place) - camera.position) < 25:
            x, y = pixel + draw.normal(0, noise_px, 2)
            found[name] = (float(x), float(y))
    return found


def on_floor(points: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    return {name: pixel for name, pixel in points.items() if POINTS[name][2] == 0}


def test_exact_points_give_exact_places_and_camera() -> None:
    camera = side_camera()
    view = court_view(clicks(camera))
    assert view.floor(camera.project(np.array([8.0, 9.0, 0.0]))) == pytest.approx([8.0, 9.0], abs=1e-5)
    assert view.picture(np.array([8.0, 9.0])) == pytest.approx(camera.project(np.array([8.0, 9.0, 0.0])), abs=1e-3)
    found = camera_from_court(clicks(camera), SIZE)
    assert found.camera.position == pytest.approx(camera.position, abs=1e-3)
    assert found.camera.focal[0] == pytest.approx(950, abs=0.5)


def test_clicks_of_a_pixel_place_feet_within_a_decimetre() -> None:
    """SPEC 8.4: random cameras, noise of one pixel, median below 0.1 m inside 15 m."""
    wrong = []
    for seed in range(12):
        draw = np.random.default_rng(seed)
        camera = side_camera(float(draw.uniform(-1, 10)), float(draw.uniform(800, 1100)))
        view = court_view(clicks(camera, 1.0, seed))
        floor = np.stack(np.meshgrid(np.arange(0, 20, 1.0), np.arange(0, 20, 1.0)), axis=-1).reshape(-1, 2)
        lifted = np.column_stack([floor, np.zeros(len(floor))])
        pixels = camera.project(lifted)
        seen = np.isfinite(pixels).all(axis=1) & (np.linalg.norm(lifted - camera.position, axis=1) < 15)
        seen &= ((pixels >= 0) & (pixels < SIZE)).all(axis=1)
        wrong.append(np.linalg.norm(view.floor(pixels[seen]) - floor[seen], axis=1))
    assert np.median(np.concatenate(wrong)) < 0.1


def test_the_place_of_the_camera_is_as_wrong_as_it_says() -> None:
    camera = side_camera()
    scores = []
    for seed in range(8):
        found = camera_from_court(clicks(camera, 1.0, seed), SIZE)
        scores.append((found.camera.position - camera.position) / found.position_sigma)
    assert 0.3 < np.sqrt(np.mean(np.square(scores))) < 1.7


def test_a_wrong_click_is_named() -> None:
    points = clicks(side_camera(), 0.5)
    x, y = points["seven_left"]
    view = court_view(points | {"seven_left": (x + 15, y - 9)})
    assert view.suspects == ("seven_left",)
    assert view.error < 0.1


def test_the_lens_is_taken_out() -> None:
    import attrs

    camera = attrs.evolve(side_camera(), distortion=(-0.2, 0.03, 0.0, 0.0))
    place = np.array([12.0, 12.0, 0.0])
    bent = court_view(clicks(camera)).floor(camera.project(place))
    straight = court_view(clicks(camera), lens=camera).floor(camera.project(place))
    assert straight == pytest.approx(place[:2], abs=1e-3)
    assert np.linalg.norm(bent - place[:2]) > 0.05


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("post_left", "post_right", "corner_left"), "at least 4"),
        (("post_left", "post_right", "corner_left", "corner_right"), "one line"),
        (("post_left", "post_right", "six_left", "six_lft"), "did you mean six_left"),
    ],
)
def test_points_that_say_too_little_are_refused(names: tuple[str, ...], words: str) -> None:
    camera = Camera.looking(position=(20, 10, 8), target=(2, 10, 0), focal_px=700, image_size=SIZE)
    pixels = {name: tuple(camera.project(np.array(POINTS.get(name, (6.0, 11.5, 0.0))))) for name in names}
    with pytest.raises(InvalidRigError, match=words):
        court_view(pixels)


def test_left_and_right_that_are_changed_are_refused() -> None:
    points = on_floor(clicks(side_camera()))
    swapped = {
        name.replace("left", "?").replace("right", "left").replace("?", "right"): pixel
        for name, pixel in points.items()
        if name.startswith(("six_l", "six_r", "nine_l", "nine_r", "seven"))
    }
    with pytest.raises(InvalidRigError, match=r"mirror|agree|No camera"):
        court_view(swapped)


def test_lines_are_drawn_where_the_court_is() -> None:
    camera, picture = side_camera(), np.zeros((720, 1280, 3), np.uint8)
    draw_court(picture, camera.project)
    x, y = camera.project(np.array([6.0, 10.0, 0.0])).round().astype(int)
    assert picture[y - 2 : y + 3, x - 2 : x + 3].any()
    assert not picture[:100].any()
    assert all((line >= 0).all() and (line <= [40, 20]).all() for line in court_lines())
