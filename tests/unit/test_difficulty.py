"""The difficulty card: what its recognizers can and cannot learn, and whose truth it is about."""

import json
import sys
from pathlib import Path

import attrs
import cv2
import numpy as np
import pytest

from handball.benchmarking.difficulty import DifficultyCard, run
from handball.benchmarking.intervals import Share
from handball.benchmarking.joint_features import joint_features
from handball.benchmarking.known_clips import performed_clips
from handball.benchmarking.picture_features import PictureNet, athlete_crop, pooled
from handball.benchmarking.support_vectors import SPLITS, Samples, recognize, summarized
from handball.drawing.video_writing import open_video_writer
from handball.errors import MissingExtraError, ModelError, OutputError, UsageError
from handball.synthesis.dataset import CARD, file_name, make_set, set_hash
from handball.synthesis.motion import Technique
from handball.synthesis.recipe import LIGHT, Recipe, held_out, plan
from handball.synthesis.staging import stage
from handball.synthesis.truth import clip_truth, load_truth, save_truth

pytest.importorskip("sklearn")

TECHNIQUES: tuple[Technique, ...] = ("push_pass", "block")
SMALL = attrs.evolve(LIGHT["near"], techniques=TECHNIQUES, players=4, clips=3, size=(64, 36))
CLASSES = ("pass", "block", "feint", "none")


def samples(features: np.ndarray, techniques: list[str], players: list[int]) -> Samples:
    rng = np.random.default_rng(3)
    return Samples(
        name="toy",
        features=features,
        techniques=tuple(techniques),
        players=tuple(players),
        split_players=tuple("test" if held_out(player) else "train" for player in players),
        split_random=tuple("test" if one else "train" for one in rng.random(len(players)) < 0.1),
    )


def toy(clips: int = 10, players: int = 8) -> tuple[np.ndarray, list[str], list[int]]:
    """Make clips whose technique is where they lie in the plane."""
    rows = [(technique, player) for player in range(players) for technique in CLASSES for _ in range(clips)]
    corners = np.array([(CLASSES.index(name) // 2, CLASSES.index(name) % 2) for name, _ in rows], dtype=float)
    features = corners + np.random.default_rng(1).normal(0, 0.1, corners.shape)
    return features, [name for name, _ in rows], [player for _, player in rows]


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("standardized", [False, True])
def test_an_easy_set_is_told_apart(split: str, standardized: bool) -> None:
    found = recognize(samples(*toy()), split, standardized=standardized)
    assert found.right.value > 0.97
    assert found.class_mean == pytest.approx(np.mean([share.value for _, share in found.techniques]))


def test_shuffled_techniques_are_at_chance() -> None:
    features, techniques, players = toy(clips=40)
    shuffled = np.random.default_rng(2).permutation(techniques).tolist()
    right = recognize(samples(features, shuffled, players), "held-out players").right
    assert right.of == 320
    assert right.interval[0] < 1 / len(CLASSES) < right.interval[1]


def test_held_out_players_are_never_learned() -> None:
    # Features name player and technique, but each player calls the techniques otherwise: to be learned by heart alone.
    _, techniques, players = toy()
    rows = [4 * player + CLASSES.index(name) for name, player in zip(techniques, players, strict=True)]
    called = np.array([np.random.default_rng(player + 20).permutation(CLASSES) for player in range(8)])
    known = [str(called[player][CLASSES.index(name)]) for name, player in zip(techniques, players, strict=True)]
    heart = samples(np.eye(32)[rows], known, players)
    assert recognize(heart, "random 90/10").right.value == 1
    found = recognize(heart, "held-out players")
    assert found.right.value < 0.6
    assert [player for player, _ in found.players] == [3, 7]
    assert found.trained + found.right.of == len(players)


def test_the_splits_of_a_set_hold_out_whole_players() -> None:
    clips = plan(LIGHT["near"])
    tested, trained = ({clip.player for clip in clips if clip.split_players == part} for part in ("test", "train"))
    assert len(tested) == 3
    assert len(trained) == 9
    assert not tested & trained
    assert sum(clip.split_random == "test" for clip in clips) == 144


def test_confusions_are_named_by_their_share_worst_first() -> None:
    chosen = samples(np.zeros((7, 1)), ["pass"] * 4 + ["block"] * 2 + ["pass"], [3, 3, 3, 3, 3, 3, 0])
    found = summarized(chosen, "held-out players", ["pass", "block", "feint", "block", "pass", "block"])
    named = [(one.technique, one.taken_for, one.share.hits, one.share.of) for one in found.confusions]
    assert named == [("block", "pass", 1, 2), ("pass", "block", 2, 4), ("pass", "feint", 1, 4)]
    assert (found.right, found.of("block")) == (Share(hits=2, of=6), Share(hits=1, of=2))
    assert found.class_mean == pytest.approx((1 / 4 + 1 / 2) / 2)


def test_a_split_with_nothing_to_test_is_refused() -> None:
    with pytest.raises(UsageError, match="found 0 to test of 12"):
        recognize(samples(np.zeros((12, 1)), ["pass", "block"] * 6, [0, 1] * 6), "held-out players")


def test_without_scikit_learn_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.svm", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'handball\[synth\]'"):
        recognize(samples(*toy()), "held-out players")


def test_features_of_joints_know_no_place_size_or_rate_but_the_way_the_body_faces() -> None:
    clip = next(performed_clips(SMALL))
    plain = joint_features(clip.times, clip.coco_m)
    assert plain.shape == (24 * 17 * 3,)
    walked = clip.times[:, None, None] * [3.0, -1.0, 0.5]
    assert joint_features(2 * clip.times + 5, 3 * (clip.coco_m + walked)) == pytest.approx(plain)
    turned = clip.coco_m @ np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    assert np.abs(joint_features(clip.times, turned) - plain).max() > 0.5


def test_the_crop_is_a_square_around_the_box_and_repeats_the_edge() -> None:
    picture = np.full((90, 160, 3), 40, np.uint8)
    cv2.rectangle(picture, (0, 20), (29, 69), (250, 250, 250), -1)
    crop = athlete_crop(picture, np.array([0.0, 20.0, 29.0, 69.0]))
    # 49 pixels and a margin of 15 % become 224: the box fills its height but for the margin, and lies in the middle
    bright = crop[:, 112, 0] > 145
    assert bright.sum() == pytest.approx(224 / 1.15 * 50 / 49, abs=4)
    assert np.flatnonzero(bright).mean() == pytest.approx(111.5, abs=2)
    assert crop[112, 0, 0] == 250
    assert crop[112, 223, 0] == 40


def test_pooled_features_of_a_still_are_its_own() -> None:
    still = pooled(np.tile([1.0, 5.0], (8, 1)))
    assert still.tolist() == [1, 5, 0, 0, 0, 0]
    assert pooled(np.arange(8.0)[:, None]).tolist() == pytest.approx([3.5, np.std(np.arange(8)), 1])


@pytest.fixture(scope="module")
def performed() -> DifficultyCard:
    return run(recipe=SMALL)


def test_the_card_names_the_truth_that_it_is_about(performed: DifficultyCard) -> None:
    other = run(recipe=attrs.evolve(SMALL, seed=2))
    assert run(recipe=SMALL) == performed
    assert other.truth_hash != performed.truth_hash
    assert performed.truth_hash in performed.to_table()
    assert (performed.clips, performed.players, performed.techniques) == (24, 4, 2)
    document = json.loads(performed.to_json())
    assert (document["truth_hash"], document["recipe_key"]) == (performed.truth_hash, SMALL.key)
    share = performed.rows[0].right
    assert document["rows"][0]["right"] == {
        "hits": share.hits, "of": share.of, "value": share.value, "interval": list(share.interval),
    }  # fmt: skip


def test_another_motion_gives_another_hash(monkeypatch: pytest.MonkeyPatch, performed: DifficultyCard) -> None:
    monkeypatch.setattr("handball.synthesis.variation._CHANCE_DEG", 2.5)
    assert run(recipe=SMALL).truth_hash != performed.truth_hash


def test_a_set_that_is_too_easy_misses_the_level(performed: DifficultyCard) -> None:
    # pushing and blocking alone are told apart by anybody
    assert [(level.name, level.met) for level in performed.levels] == [
        ("true joints in space, held-out players", False)
    ]
    assert performed.row("true joints, 3D", "held-out players").right.value > 0.9
    assert "asked 70 to 90 %: **missed**" in performed.to_table()


def test_cameras_that_do_not_stand_in_front_are_refused() -> None:
    with pytest.raises(UsageError, match="one camera in front"):
        run(recipe=attrs.evolve(SMALL, preset="rig", clips=1))


def drawn_set(folder: Path, recipe: Recipe, gray: dict[str, int]) -> Path:
    """Make a set whose pictures are one gray for each technique, the athlete's box in the middle."""
    for place in ("clips", "truth"):
        (folder / place).mkdir(parents=True)
    (folder / CARD).write_text(json.dumps({"key": recipe.key}))
    for clip in plan(recipe):
        take = stage(recipe, clip)
        camera = take.scenes[0].camera
        name, frames = file_name(clip, camera.name), len(take.motion.times)
        picture = np.full((*recipe.size[::-1], 3), gray[clip.technique], np.uint8)
        with open_video_writer(folder / "clips" / f"{name}.mp4", recipe.rate_hz) as writer:
            writer.write(picture, frames)
        truth = clip_truth(
            take.motion,
            (camera,) * frames,
            visible=np.ones((frames, 17), bool),
            box_xyxy=np.tile([20.0, 5.0, 40.0, 30.0], (frames, 1)),
            ball_circle=np.full((frames, 3), np.nan),
        )
        save_truth(folder / "truth" / f"{name}.npz", truth)
    make_set(recipe, folder)
    return folder


@pytest.fixture(scope="module")
def set_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pyarrow")
    return drawn_set(tmp_path_factory.mktemp("drawn") / "set", SMALL, {"push_pass": 60, "block": 200})


def brightness(picture: np.ndarray) -> np.ndarray:
    return np.array([picture.mean(), picture.std()], dtype=np.float64)


def test_pictures_that_give_the_push_pass_away_miss_the_level(set_folder: Path, performed: DifficultyCard) -> None:
    card = run(set_folder, look=brightness)
    assert card.row("pictures alone", "held-out players").of("push_pass") == Share(hits=3, of=3)
    assert [(level.name, level.met) for level in card.levels][1] == ("push_pass from pictures, held-out players", False)
    # the same recipe has the same truth, rendered or performed
    assert card.truth_hash == set_hash(set_folder) == performed.truth_hash
    assert card.rows[: len(performed.rows)] == performed.rows


def test_pictures_that_tell_nothing_meet_it(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    folder = drawn_set(tmp_path / "set", attrs.evolve(SMALL, clips=1), {"push_pass": 120, "block": 120})
    card = run(folder, look=brightness)
    found = card.row("pictures alone", "held-out players")
    assert found.right == Share(hits=1, of=2)
    assert card.levels[1].met == (found.of("push_pass").hits == 0)


def test_a_changed_truth_changes_the_card(set_folder: Path, performed: DifficultyCard) -> None:
    path = next((set_folder / "truth").glob("p04_*.npz"))
    truth = load_truth(path)
    save_truth(path, attrs.evolve(truth, coco_m=truth.coco_m + 0.001))
    make_set(SMALL, set_folder)
    try:
        assert run(set_folder, look=brightness).truth_hash != performed.truth_hash
    finally:
        save_truth(path, truth)
        make_set(SMALL, set_folder)


def test_a_folder_without_a_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="holds no complete set"):
        run(tmp_path, look=brightness)


def test_the_net_sees_what_pictures_differ_in() -> None:
    try:
        net = PictureNet()
    except ModelError as error:
        pytest.skip(str(error))
    rng = np.random.default_rng(4)
    noise, plain = rng.integers(0, 255, (224, 224, 3), dtype=np.uint8), np.full((224, 224, 3), 90, np.uint8)
    first, second = net(noise), net(plain)
    assert first.shape == (1280,)
    assert np.array_equal(net(noise), first)
    assert np.linalg.norm(first - second) > 0.2 * np.linalg.norm(first)
