"""What a video file may be like: times, cuts, repeats, damage, and no video at all."""

import numpy as np
import pytest

from handball.acquisition import scan_video
from handball.errors import UnreadableVideoError
from videos import HEIGHT, WIDTH, moving_scene, number_in, numbered, write_sound, write_video


def scenes(count: int, **options):
    return [moving_scene(k, **options) for k in range(count)]


def test_an_ordinary_clip(tmp_path):
    video = scan_video(write_video(tmp_path / "clip.mp4", scenes(40))).video
    assert (video.frame_count, video.width, video.height) == (40, WIDTH, HEIGHT)
    assert video.times == pytest.approx(np.arange(40) / 30, abs=1e-4)
    assert video.rate_hz == pytest.approx(30, abs=0.05)
    assert video.duration_s == pytest.approx(40 / 30, abs=1e-3)
    assert (video.variable_rate, video.lost_frames, video.shots, video.repeated.sum()) == (False, 0, (0,), 0)


@pytest.mark.parametrize("rate", [25.0, 59.94, 120.0, 240.0])
def test_the_rate_is_measured(tmp_path, rate):
    video = scan_video(write_video(tmp_path / "clip.mp4", scenes(30), rate=rate)).video
    assert video.rate_hz == pytest.approx(rate, rel=2e-3)
    assert not video.variable_rate


def test_slow_motion_scales_the_times(tmp_path):
    path = write_video(tmp_path / "slow.mp4", scenes(40))
    video = scan_video(path, slow_motion=8.0).video
    assert video.times == pytest.approx(np.arange(40) / 240, abs=1e-4)
    assert (video.rate_hz, video.slow_motion) == (pytest.approx(240, rel=1e-3), 8.0)


def test_a_variable_rate_keeps_its_true_times_and_is_said(tmp_path):
    steps = np.where(np.arange(60) % 20 < 10, 1 / 30, 1 / 24)
    times = np.concatenate([[0.0], np.cumsum(steps[:-1])])
    video = scan_video(write_video(tmp_path / "vfr.mp4", scenes(60), times=times.tolist())).video
    assert video.variable_rate
    assert video.times == pytest.approx(times, abs=1e-4)


def test_a_single_long_step_is_no_variable_rate(tmp_path):
    times = np.arange(90) / 30
    times[50:] += 1 / 30
    video = scan_video(write_video(tmp_path / "jitter.mp4", scenes(90), times=times.tolist())).video
    assert not video.variable_rate
    assert video.times == pytest.approx(times, abs=1e-4)


def test_sound_is_ignored(tmp_path):
    silent = scan_video(write_video(tmp_path / "silent.mp4", scenes(40))).video
    loud = scan_video(write_video(tmp_path / "loud.mp4", scenes(40), with_sound=True)).video
    assert (loud.frame_count, loud.lost_frames) == (40, 0)
    assert loud.times == pytest.approx(silent.times)


@pytest.mark.parametrize("every", [2, 3, 5])
@pytest.mark.parametrize("quality", [12, 30])
def test_repeated_frames_are_found_in_spite_of_the_encoder(tmp_path, every, quality):
    rng = np.random.default_rng(every)
    shown = np.cumsum([0] + [0 if k % every == 0 else 1 for k in range(1, 72)])
    grain = rng.integers(-2, 3, (72, HEIGHT, WIDTH, 1))
    pictures = [np.clip(moving_scene(k) + g, 0, 255).astype(np.uint8) for k, g in zip(shown, grain, strict=True)]
    video = scan_video(write_video(tmp_path / "twice.mp4", pictures, quality=quality)).video
    expected = np.concatenate([[False], np.diff(shown) == 0])
    assert np.flatnonzero(video.repeated).tolist() == np.flatnonzero(expected).tolist()
    assert video.distinct_rate_hz == pytest.approx(30 * (1 - expected[1:].mean()), rel=0.01)
    assert video.shots == (0,)


def test_a_still_scene_is_not_repeated(tmp_path):
    rng = np.random.default_rng(0)
    still = moving_scene(0)
    grain = rng.integers(-2, 3, (40, HEIGHT, WIDTH, 1))
    video = scan_video(
        write_video(tmp_path / "still.mp4", [np.clip(still + g, 0, 255).astype(np.uint8) for g in grain])
    ).video
    assert video.repeated.sum() == 0


def test_an_exactly_still_scene_is_not_repeated(tmp_path):
    video = scan_video(write_video(tmp_path / "still.mp4", [moving_scene(0)] * 40)).video
    assert video.repeated.sum() == 0


def test_standing_still_before_the_throw_is_not_repeated(tmp_path):
    rng = np.random.default_rng(0)
    shown = [0] * 30 + list(range(1, 31))
    grain = rng.integers(-2, 3, (60, HEIGHT, WIDTH, 1))
    pictures = [np.clip(moving_scene(k) + g, 0, 255).astype(np.uint8) for k, g in zip(shown, grain, strict=True)]
    video = scan_video(write_video(tmp_path / "stand.mp4", pictures)).video
    assert video.repeated[:22].sum() == 0
    assert video.repeated.sum() <= 8


def test_different_pictures_of_a_converted_clip_are_evenly_spaced_again(tmp_path):
    shown = np.cumsum([0] + [0 if k % 5 == 0 else 1 for k in range(1, 80)])
    video = scan_video(write_video(tmp_path / "tv.mp4", [moving_scene(k) for k in shown])).video
    distinct = video.capture_times[~video.repeated]
    assert np.std(np.diff(distinct)) < 0.2 * np.std(np.diff(video.times[~video.repeated]))
    assert np.abs(video.capture_times - video.times).max() < 1.5 / 30


def cut_clip(first: int, second: int):
    rng = np.random.default_rng(3)
    other = np.kron(rng.integers(0, 255, (HEIGHT // 8, WIDTH // 8, 3), np.uint8), np.ones((8, 8, 1), np.uint8))
    there = [numbered(np.roll(other, 3 * k, axis=1), k) for k in range(second)]
    return scenes(first) + there


@pytest.mark.parametrize("first", [12, 30, 47])
def test_a_hard_cut_is_found(tmp_path, first):
    video = scan_video(write_video(tmp_path / "cut.mp4", cut_clip(first, 60 - first))).video
    assert video.shots == (0, first)
    assert video.shot_of(first - 1) == (0, first - 1)
    assert video.shot_of(first) == (first, 59)


@pytest.mark.parametrize("step_px", [8, 20, 40])
def test_a_fast_pan_is_no_cut(tmp_path, step_px):
    rng = np.random.default_rng(1)
    wide = rng.integers(0, 255, (HEIGHT // 12, 300, 3), np.uint8)
    wide = np.kron(wide, np.ones((12, 12, 1), np.uint8))
    start = [60 + max(0, k - 20) * step_px for k in range(50)]
    pictures = [np.ascontiguousarray(wide[:, x : x + WIDTH]) for x in start]
    pictures[:21] = [np.roll(pictures[0], k, axis=1) for k in range(21)]
    assert scan_video(write_video(tmp_path / "pan.mp4", pictures)).video.shots == (0,)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
@pytest.mark.parametrize("share", [0.5, 0.8])
def test_a_truncated_file_gives_the_frames_that_decode(tmp_path, suffix, share):
    path = write_video(tmp_path / f"whole{suffix}", scenes(90), faststart=suffix == ".mp4")
    data = path.read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(data[: int(share * len(data))])
    file = scan_video(cut)
    count = file.video.frame_count
    assert 30 <= count < 85
    if suffix != ".ts":  # a transport stream announces no length
        assert count + file.video.lost_frames == pytest.approx(90, abs=1)
    last = [(frame, number_in(picture)) for frame, picture in file.read(count - 6, count + 5)]
    assert last[:5] == [(frame, frame) for frame in range(count - 6, count - 1)]


def test_a_file_that_is_damaged_in_the_middle_goes_on_behind_it(tmp_path):
    path = write_video(tmp_path / "damaged.mp4", scenes(90), faststart=True)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    path.write_bytes(data)
    file = scan_video(path)
    assert 80 <= file.video.frame_count < 90
    assert file.video.frame_count + file.video.lost_frames == 90
    assert len(list(file.read(0, 200))) == file.video.frame_count


def written(path, data: bytes):
    path.write_bytes(data)
    return path


def without_frames(folder):
    """Keep the header of a film and blank every picture."""
    path = write_video(folder / "zero.mp4", scenes(20), faststart=True)
    data = bytearray(path.read_bytes())
    begin = data.index(b"mdat") + 4
    data[begin:] = bytes(len(data) - begin)
    return written(path, bytes(data))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder, "is a folder, expected a video"),
        (lambda folder: folder / "nowhere.mp4", "No such file"),
        (lambda folder: written(folder / "text.mp4", b"not a video at all\n" * 100), "cannot be read as a video"),
        (lambda folder: written(folder / "empty.mp4", b""), "is empty: copy it again"),
        (lambda folder: write_sound(folder / "sound.m4a"), "holds no pictures"),
        (lambda folder: write_video(folder / "short.mp4", scenes(5)), "only 5 frames, expected at least 8"),
        (without_frames, "no frame that decodes"),
    ],
    ids=["folder", "missing", "text", "empty", "sound only", "too short", "zero frames"],
)
def test_what_is_no_clip_is_refused_in_one_sentence(tmp_path, make, message):
    path = make(tmp_path)
    with pytest.raises(UnreadableVideoError, match=message) as caught:
        scan_video(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith(".")
    assert caught.value.exit_code == 2
