"""Finding and verifying the nets in the cache folder."""

import hashlib
import os
import sys
from pathlib import Path

import attrs
import pytest

from handball.errors import ModelError
from handball.inference import cache, cards
from handball.inference.cache import list_models, model_path, models_folder, present_models, verify_models


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder with two right little nets, and a table that expects them."""
    table = []
    for card in cards.CARDS[:2]:
        data = card.name.encode()
        (tmp_path / card.file).write_bytes(data)
        table.append(attrs.evolve(card, sha256=hashlib.sha256(data).hexdigest(), size=len(data)))
    monkeypatch.setattr(cards, "CARDS", tuple(table))
    monkeypatch.setattr(cache, "CARDS", tuple(table))
    monkeypatch.setenv("HANDBALL_MODELS", str(tmp_path))
    return tmp_path


def test_model_path_finds_a_right_file(folder: Path) -> None:
    assert model_path("blazepose_full") == folder / "blazepose_full.tflite"


def test_each_file_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    monkeypatch.setattr(
        cache, "file_sha256", lambda path: read.append(path) or hashlib.sha256(b"blazepose_full").hexdigest()
    )
    for _ in range(3):
        model_path("blazepose_full")
    assert len(read) == 1


def test_missing_file_says_what_to_run(folder: Path) -> None:
    (folder / "blazepose_full.tflite").unlink()
    with pytest.raises(ModelError, match=r"the model blazepose_full is not in .*; run 'handball models fetch'"):
        model_path("blazepose_full")


def test_damaged_file_is_named_with_both_checksums(folder: Path) -> None:
    model_path("blazepose_full")
    (folder / "blazepose_full.tflite").write_bytes(b"something else")
    expected = hashlib.sha256(b"blazepose_full").hexdigest()[:12]
    found = hashlib.sha256(b"something else").hexdigest()[:12]
    with pytest.raises(ModelError, match=rf"expected SHA-256 {expected}\.\.\., found {found}\.\.\.; delete it and run"):
        model_path("blazepose_full")


def test_folder_in_place_of_a_file_is_an_error(folder: Path) -> None:
    (folder / "blazepose_full.tflite").unlink()
    (folder / "blazepose_full.tflite").mkdir()
    with pytest.raises(ModelError, match="cannot be read"):
        model_path("blazepose_full")


def test_unknown_name_is_an_error(folder: Path) -> None:
    with pytest.raises(ModelError, match="did you mean 'blazepose_full'"):
        model_path("blazepose-full")


def test_states_tell_present_from_verified(folder: Path) -> None:
    assert [(state.present, state.verified) for state in verify_models()] == [(True, True), (True, True)]
    (folder / "efficientdet_lite0.tflite").write_bytes(b"?")
    (folder / "blazepose_full.tflite").unlink()
    assert [(state.present, state.verified) for state in list_models()] == [(True, False), (False, False)]
    with pytest.raises(ModelError, match=r"efficientdet_lite0\.tflite is damaged, blazepose_full is missing; run"):
        verify_models()


def test_given_folder_goes_before_the_cache(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert not any(state.present for state in list_models(other))
    with pytest.raises(ModelError, match="other"):
        model_path("blazepose_full", other)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/handball/models"),
        ("linux", {}, "{home}/.cache/handball/models"),
        ("darwin", {"XDG_CACHE_HOME": "/x"}, "{home}/Library/Caches/handball/models"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/handball/models"),
        ("win32", {}, "{home}/AppData/Local/handball/models"),
        ("linux", {"HANDBALL_MODELS": "/m"}, "/m"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="POSIX paths")
def test_folder_follows_the_platform(
    platform: str, environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HANDBALL_MODELS", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert str(models_folder()) == expected.format(home=Path.home())


def test_a_word_for_each_state_and_the_names_that_are_present(folder: Path) -> None:
    right, other = (state.name for state in list_models())
    (folder / f"{other}.tflite").write_bytes(b"something else")
    assert [state.word for state in list_models()] == ["here", "damaged"]
    assert present_models() == (right, other)
    (folder / f"{other}.tflite").unlink()
    assert [state.word for state in list_models()] == ["here", "missing"]
    assert present_models() == (right,)


def test_an_optional_net_may_be_missing_but_not_damaged(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = (cards.CARDS[0], attrs.evolve(cards.CARDS[1], optional=True))
    monkeypatch.setattr(cards, "CARDS", table)
    monkeypatch.setattr(cache, "CARDS", table)
    assert present_models() == (table[0].name,)
    path = folder / table[1].file
    kept = path.read_bytes()
    path.unlink()
    assert [state.present for state in verify_models()] == [True, False]
    path.write_bytes(kept + b"!")
    with pytest.raises(ModelError, match=rf"{table[1].file} is damaged"):
        verify_models()
