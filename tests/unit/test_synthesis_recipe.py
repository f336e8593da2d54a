"""What a set consists of: the counts of the paper, both splits, and seeds that do not depend on the numbers."""

from __future__ import annotations

from collections import Counter

import attrs
import pytest

from handball.errors import UsageError
from handball.synthesis.presets import DEFAULTS, build_recipe, named_techniques
from handball.synthesis.recipe import LIGHT, PAPER, Recipe, held_out, plan

SEVEN = {"jump_shot", "standing_shot", "pass", "push_pass", "feint", "dribble", "block"}


@pytest.mark.parametrize(("preset", "train", "test"), [("near", 4035, 449), ("far", 2780, 291)])
def test_the_paper_has_its_counts(preset: str, train: int, test: int) -> None:
    recipe = PAPER[preset]
    clips = plan(recipe)
    assert Counter(clip.split_random for clip in clips) == {"train": train, "test": test}
    assert (recipe.size, recipe.rate_hz, recipe.players) == ((1280, 720), 25.0, 6)
    assert {clip.technique for clip in clips} == SEVEN
    cells = Counter((clip.player, clip.technique) for clip in clips)
    assert len(cells) == 42
    assert max(cells.values()) - min(cells.values()) == 1


@pytest.mark.parametrize(("preset", "size"), [("near", (480, 270)), ("far", (640, 360))])
def test_the_light_profile_is_twelve_players_by_eight_classes_by_fifteen_clips(
    preset: str, size: tuple[int, int]
) -> None:
    recipe = LIGHT[preset]
    clips = plan(recipe)
    assert (recipe.size, recipe.frames, recipe.rate_hz) == (size, 50, 25.0)
    assert set(Counter((clip.player, clip.technique) for clip in clips).values()) == {15}
    assert {clip.technique for clip in clips} == SEVEN | {"none"}
    assert len(clips) == len({clip.name for clip in clips}) == 12 * 8 * 15


def test_a_tenth_is_tested_at_random_another_tenth_for_another_seed() -> None:
    recipe = LIGHT["near"]
    first, again, other = (
        {clip.name for clip in plan(attrs.evolve(recipe, seed=seed)) if clip.split_random == "test"}
        for seed in (1, 1, 2)
    )
    assert len(first) == len(other) == 144
    assert first == again
    assert len(first & other) < 50


@pytest.mark.parametrize("players", [4, 8, 12, 16])
def test_a_quarter_of_the_players_is_held_out_whole(players: int) -> None:
    clips = plan(Recipe(preset="near", players=players, clips=2))
    tested, trained = ({clip.player for clip in clips if clip.split_players == part} for part in ("test", "train"))
    assert not tested & trained
    assert len(tested) == players / 4
    assert tested == {player for player in range(16) if held_out(player)} & set(range(players))


def test_a_clip_has_one_seed_however_many_there_are() -> None:
    few = plan(Recipe(preset="near", players=2, clips=2, techniques=("block", "pass")))
    many = {clip.name: clip for clip in plan(Recipe(preset="far", players=5, clips=7))}
    assert all(many[clip.name].seed == clip.seed for clip in few)
    assert len({clip.seed for clip in many.values()}) == len(many)
    moved = plan(Recipe(preset="near", players=2, clips=2, seed=2))
    assert not {clip.seed for clip in moved} & {clip.seed for clip in many.values()}


def test_the_key_tells_recipes_apart() -> None:
    base = Recipe(preset="near")
    changes = [
        {"preset": "far"},
        {"techniques": ("pass",)},
        {"players": 3},
        {"clips": 3},
        {"total": 9},
        {"seed": 2},
        {"frames": 40},
        {"rate_hz": 30.0},
        {"size": (640, 360)},
        {"novices": 0.1},
        {"reality": True},
        {"others": 0.0},
        {"sessions": True},
    ]
    assert {next(iter(change)) for change in changes} == {field.name for field in attrs.fields(Recipe)}
    keys = {attrs.evolve(base, **change).key for change in changes}
    assert len(keys | {base.key}) == len(changes) + 1
    assert base.key == Recipe(preset="near").key


def test_clips_of_one_s_own_number_replace_the_total_of_the_paper() -> None:
    assert len(plan(build_recipe("near", "paper", clips=2))) == 6 * 7 * 2


def test_another_rate_keeps_the_length_of_a_clip() -> None:
    for preset, usual in DEFAULTS.items():
        recipe = build_recipe(preset, rate_hz=240.0)
        assert recipe.frames / recipe.rate_hz == pytest.approx(usual.frames / usual.rate_hz)


def test_physical_education_has_catching_too() -> None:
    assert set(DEFAULTS["pe"].techniques) == set(DEFAULTS["near"].techniques) | {"catch"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"players": 17}, "between 1 and 16, found 17"),
        ({"players": 0}, "between 1 and 16, found 0"),
        ({"clips": 0}, "at least 1, found 0"),
        ({"seed": -1}, "negative, found -1"),
        ({"rate_hz": 0.5}, "found 0.5"),
        ({"rate_hz": float("nan")}, "found nan"),
        ({"novices": 1.5}, "--novices must be a share from 0 to 1, found 1.5"),
        ({"others": -0.1}, "--others must be a share from 0 to 1"),
        ({"reality": True}, "use it with --preset phone"),
        ({"size": (161, 90)}, "even numbers from 32 to 4096 pixels, found 161 90"),
        ({"size": (0, 90)}, "found 0 90"),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        build_recipe("near", **options)


def test_the_rig_has_its_own_pictures_and_no_profile() -> None:
    with pytest.raises(UsageError, match="640 x 480"):
        build_recipe("rig", size=(640, 480))
    with pytest.raises(UsageError, match="for the presets near and far, found 'rig'"):
        build_recipe("rig", "light")


def test_techniques_are_read_by_name() -> None:
    assert named_techniques("block,none , catch") == ("block", "none", "catch")
    with pytest.raises(UsageError, match="Did you mean 'jump_shot'"):
        named_techniques("jumpshot")
    with pytest.raises(UsageError, match="pass twice"):
        named_techniques("pass,block,pass")


def test_a_recipe_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="at least one player"):
        Recipe(preset="near", frames=1)
    with pytest.raises(UsageError, match="Unknown technique volley"):
        Recipe(preset="near", techniques=("volley",))  # type: ignore[arg-type]
