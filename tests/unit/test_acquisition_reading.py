"""Any run of frames of a video, upright, exactly as numbered, without keeping them."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from handball.acquisition import scan_video
from videos import HEIGHT, WIDTH, corner_scene, moving_scene, number_in, write_video


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    """120 numbered frames in groups of 24 with three B frames."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return write_video(path, (moving_scene(k) for k in range(120)), frames_a_group=24, b_frames=3)


@pytest.mark.parametrize(
    ("first", "last"), [(0, 119), (0, 0), (1, 5), (23, 25), (24, 24), (50, 71), (95, 97), (119, 119)]
)
def test_exactly_the_frames_asked_for(clip, first, last):
    read = [(frame, number_in(picture)) for frame, picture in scan_video(clip).read(first, last)]
    assert read == [(frame, frame) for frame in range(first, last + 1)]


def test_behind_the_end_there_is_nothing(clip):
    assert [frame for frame, _ in scan_video(clip).read(115, 500)] == [115, 116, 117, 118, 119]
    assert list(scan_video(clip).read(120, 130)) == []


@pytest.mark.parametrize("suffix", [".mkv", ".ts", ".mov"])
def test_every_container_is_searched_exactly(tmp_path, suffix):
    path = write_video(tmp_path / f"clip{suffix}", (moving_scene(k) for k in range(80)), frames_a_group=20)
    read = [(frame, number_in(picture)) for frame, picture in scan_video(path).read(33, 45)]
    assert read == [(frame, frame) for frame in range(33, 46)]


def test_uneven_times_are_searched_exactly(tmp_path):
    times = np.cumsum([0.02 + 0.04 * (k % 3) for k in range(80)])
    path = write_video(tmp_path / "uneven.mp4", (moving_scene(k) for k in range(80)), times=times.tolist())
    file = scan_video(path)
    assert file.video.times == pytest.approx(times - times[0], abs=1e-4)
    assert [(frame, number_in(picture)) for frame, picture in file.read(31, 44)] == [(k, k) for k in range(31, 45)]


def test_repeated_frames_are_left_out(tmp_path):
    path = write_video(tmp_path / "clip.mp4", (moving_scene(k - k % 3 // 2) for k in range(60)))
    file = scan_video(path)
    assert [frame for frame, _ in file.read(0, 59)] == np.flatnonzero(~file.video.repeated).tolist()


@pytest.mark.parametrize("size", [(161, 121), (160, 121), (163, 120)])
def test_odd_sizes_are_kept(tmp_path, size):
    width, height = size
    pictures = [moving_scene(k, width=width, height=height) for k in range(12)]
    file = scan_video(write_video(tmp_path / "odd.mp4", pictures, pix_fmt="yuv444p"))
    assert (file.video.width, file.video.height) == size
    _, picture = next(file.read(3, 3))
    assert picture.shape == (height, width, 3)
    assert np.abs(picture.astype(int) - pictures[3]).mean() < 8


# What stands in the header of a phone's film: how stored x, y map to shown x, y (ISO 14496-12, 6.2.2).
CLOCKWISE = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def turned_by_phone(path: Path, clockwise: int) -> Path:
    """Write the matrix of a turn into the track header, as a phone does that was held another way."""
    return with_matrix(path, CLOCKWISE[clockwise])


def with_matrix(path: Path, matrix_abcd: tuple[int, int, int, int]) -> Path:
    """Write a display matrix into the track header."""
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 44
    for place, value in zip((0, 4, 12, 16), matrix_abcd, strict=True):
        data[matrix + place : matrix + place + 4] = int(value * 65536).to_bytes(4, "big", signed=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_a_rotation_tag_is_applied_the_right_way_round(tmp_path, clockwise):
    file = scan_video(turned_by_phone(write_video(tmp_path / "t.mp4", map(corner_scene, range(12))), clockwise))
    sideways = clockwise != 180
    assert (file.video.width, file.video.height) == ((HEIGHT, WIDTH) if sideways else (WIDTH, HEIGHT))
    _, picture = next(file.read(0, 0))
    assert picture.shape[:2] == (file.video.height, file.video.width)
    # the red corner is stored at the top left: a quarter turn clockwise brings it to the top right, and so on
    red = {90: (5, -6), 180: (-6, -6), 270: (-6, 5)}[clockwise]
    blue = (-1 - red[0], -1 - red[1])
    assert picture[red] == pytest.approx([230, 20, 20], abs=25)
    assert picture[blue] == pytest.approx([20, 20, 230], abs=25)


@pytest.mark.parametrize(
    ("matrix", "shown"),
    [
        ((-1, 0, 0, 1), lambda stored: stored[:, ::-1]),
        ((1, 0, 0, -1), lambda stored: stored[::-1]),
        ((0, 1, 1, 0), lambda stored: stored.transpose(1, 0, 2)),
        ((0, -1, -1, 0), lambda stored: stored[::-1, ::-1].transpose(1, 0, 2)),
    ],
    ids=["left and right", "up and down", "a turn and a mirror", "the other turn and a mirror"],
)
def test_a_mirror_tag_is_applied_as_well(tmp_path, matrix, shown):
    file = scan_video(with_matrix(write_video(tmp_path / "t.mp4", map(corner_scene, range(12))), matrix))
    _, picture = next(file.read(0, 0))
    expected = shown(corner_scene(0))
    assert picture.shape == expected.shape == (file.video.height, file.video.width, 3)
    assert np.abs(picture.astype(int) - expected).mean() < 8


@pytest.mark.parametrize(
    ("aspect", "width"), [(Fraction(4, 3), 213), (Fraction(1, 2), 80), (Fraction(1001, 1000), 160)]
)
def test_pixels_that_are_not_square_are_made_square(tmp_path, aspect, width):
    path = write_video(tmp_path / "t.mp4", map(corner_scene, range(12)), pixel_aspect=aspect)
    file = scan_video(path)
    assert (file.video.width, file.video.height) == (width, HEIGHT)
    _, picture = next(file.read(3, 3))
    assert picture.shape == (HEIGHT, width, 3)
    red = np.flatnonzero(picture[20, :, 0] > 190)
    assert len(red) == pytest.approx(40 * width / WIDTH, abs=2)
    sideways = scan_video(turned_by_phone(path, 90))
    assert (sideways.video.width, sideways.video.height) == (HEIGHT, width)
    assert next(sideways.read(3, 3))[1].shape == (width, HEIGHT, 3)


@pytest.mark.parametrize("name", ["a:b.mp4", "50%d.mp4", "img%03d.mp4", "it's|here#1.mp4", "[x].mp4", "-dash.mp4"])
def test_a_name_is_never_read_as_a_protocol_or_a_pattern(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    write_video(tmp_path / "plain.mp4", (moving_scene(k) for k in range(10))).rename(name)
    assert [number_in(picture) for _, picture in scan_video(Path(name)).read(0, 9)] == list(range(10))


@pytest.mark.parametrize("rotation", [90, 180, -90])
def test_the_same_tag_written_by_the_library_agrees(tmp_path, rotation):
    file = scan_video(write_video(tmp_path / "t.mp4", map(corner_scene, range(12)), rotation=rotation))
    _, picture = next(file.read(0, 0))
    expected = np.rot90(corner_scene(0), rotation // 90)
    assert picture.shape == expected.shape
    assert np.abs(picture.astype(int) - expected).mean() < 8


def test_the_visitor_sees_about_as_many_pictures_as_it_asked_for(clip):
    seen = []
    scan_video(clip, sample_hz=10.0, visit=lambda frame, time, picture: seen.append((frame, time, number_in(picture))))
    assert [frame for frame, _, _ in seen] == [number for _, _, number in seen]
    assert np.diff([time for _, time, _ in seen]) == pytest.approx(0.1, abs=1e-3)
    assert len(seen) == 40


_MEASURE = """
import resource, sys
from pathlib import Path
from handball.acquisition import scan_video
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
path, small = Path(sys.argv[1]), Path(sys.argv[2])
for _ in scan_video(small).read(0, 20): pass
before = peak()
file = scan_video(path, sample_hz=15.0, visit=lambda *seen: None)
count = sum(1 for _ in file.read(0, file.video.frame_count - 1))
print(count, peak() - before)
"""


def test_frames_are_streamed_and_not_kept(tmp_path):
    scene = np.kron(np.random.default_rng(0).integers(0, 255, (68, 190, 3), np.uint8), np.ones((16, 16, 1), np.uint8))
    pictures = (np.ascontiguousarray(scene[4:1084, 7 * k : 7 * k + 1920]) for k in range(150))
    large = write_video(tmp_path / "large.mp4", pictures, preset="ultrafast", quality=30)
    small = write_video(tmp_path / "small.mp4", (moving_scene(k) for k in range(30)))
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(large), str(small)], capture_output=True, text=True, check=True, timeout=60
    )
    count, grown_mb = (float(word) for word in run.stdout.split())
    assert count == 150
    # all frames as pictures would take 930 MB
    assert grown_mb < 250, f"peak memory grew by {grown_mb:.0f} MB"
