"""Marked pictures as crops: where the boxes say, first half of the first camera to learn from."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra train: pip install 'handball[train]'")

from handball.errors import InvalidCropsError
from handball.training.ball_finder.pictures import fingerprint, marked_pictures, picture_crops

WIDTH, HEIGHT = 240, 180


@pytest.fixture
def folder(tmp_path):
    """Four pictures of camera a and two of b, each with a red ball of 20 pixels and a blue box."""
    (tmp_path / "obj.names").write_text("box\nball\n", encoding="utf-8")
    for number, name in enumerate(("a_1", "a_2", "a_3", "a_4", "b_1", "b_2")):
        x, y = 50 + 20 * number, 60 + 10 * number
        picture = np.full((HEIGHT, WIDTH, 3), 120, np.uint8)
        cv2.circle(picture, (x, y), 10, (30, 30, 220), cv2.FILLED)
        cv2.rectangle(picture, (190, 10), (230, 50), (220, 30, 30), cv2.FILLED)
        sub = tmp_path / "day"
        sub.mkdir(exist_ok=True)
        cv2.imwrite(str(sub / f"{name}.jpg"), picture)
        boxes = [(1, x / WIDTH, y / HEIGHT, 20 / WIDTH, 20 / HEIGHT), (0, 210 / WIDTH, 30 / HEIGHT, 40 / WIDTH, 0.22)]
        (sub / f"{name}.txt").write_text("".join(" ".join(map(str, box)) + "\n" for box in boxes), encoding="utf-8")
    return tmp_path


def test_circles_lie_on_the_balls(folder):
    taught, tested = picture_crops(folder, seed=1)
    assert (taught.ball.sum(), tested.ball.sum()) == (2 * 12, 4)
    assert (len(taught), len(tested)) == (2 * 24, 8)
    for crops in (taught, tested):
        for row in np.flatnonzero(crops.ball):
            x, y = np.clip((48 * crops.middle[row]).astype(int), 0, (63, 47))
            if 2 <= x < 62 and 2 <= y < 46:
                red, green, _ = crops.pixels[row, y, x].astype(int)
                assert red - green > 60
        for row in np.flatnonzero(~crops.ball):
            pixels = crops.pixels[row].astype(int)
            assert (pixels[..., 0] - pixels[..., 2]).max() < 60


def test_the_fingerprint_changes_with_a_box(folder):
    before = fingerprint(folder)
    assert fingerprint(folder) == before
    text = folder / "day" / "b_2.txt"
    text.write_text(text.read_text().replace("0.22", "0.21"), encoding="utf-8")
    assert fingerprint(folder) != before


def test_pictures_without_boxes_are_left_out(folder):
    (folder / "day" / "a_4.txt").unlink()
    assert [picture.path.stem for picture in marked_pictures(folder)] == ["a_1", "a_2", "a_3", "b_1", "b_2"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("obj.names", None, "has no obj.names"),
        ("obj.names", "box\nshoe\n", "names no 'ball'"),
        ("day/a_1.txt", "1 0.5\n", "holds no boxes"),
        ("day/a_1.txt", "ball 0.5 0.5 0.1 0.1\n", "holds no boxes"),
    ],
)
def test_what_is_wrong_is_told(folder, name, text, words):
    path = folder / name
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidCropsError, match=words):
        marked_pictures(folder)


def test_a_folder_without_a_ball_is_refused(folder):
    for text in (folder / "day").glob("*.txt"):
        text.write_text("0 0.5 0.5 0.1 0.1\n", encoding="utf-8")
    with pytest.raises(InvalidCropsError, match="marks no ball"):
        marked_pictures(folder)
