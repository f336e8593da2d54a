"""Frozen standards: what comes back, and files that are damaged, foreign or from another version."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import attrs
import numpy as np
import pytest

from builders import build_standard
from handball.domain.standard import Standard, StandardView
from handball.errors import HandballError, InvalidStandardError, OutputError
from handball.storage.containers import Packer
from handball.storage.standards import load_standard, save_standard


@pytest.fixture(scope="module")
def standard() -> Standard:
    views = (
        StandardView(azimuth_deg=12.0, action=build_standard(3)),
        StandardView(azimuth_deg=None, action=build_standard(1)),
    )
    return Standard(
        name="Club",
        group="girls U14",
        technique="jump shot",
        views=views,
        left_out=("odd.mp4",),
        facts=(("numpy", "2"),),
    )


@pytest.fixture
def file(standard: Standard, tmp_path: Path) -> Path:
    path = tmp_path / "club.standard"
    save_standard(standard, path)
    return path


def changed(path: Path, **members: bytes) -> None:
    """Write the file anew with some members replaced."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (content | members).items():
            archive.writestr(name, data)


def index(path: Path) -> dict:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("standard.json"))


def test_everything_comes_back(standard: Standard, file: Path) -> None:
    found = load_standard(file)
    # NaN differs from itself, and not in what is printed
    assert repr(Packer().packed(found)) == repr(Packer().packed(standard))
    for read, given in zip(found.clips, standard.clips, strict=True):
        assert (read.body, read.angles, read.pictures) == (given.body, given.angles, given.pictures)
        np.testing.assert_array_equal(read.angles.degrees, given.angles.degrees)
    band, given_band = found.views[0].action.band, standard.views[0].action.band
    assert band == given_band
    assert (found.name, found.group, found.left_out) == ("Club", "girls U14", ("odd.mp4",))


def test_no_folder_of_the_coachs_machine_is_kept(standard: Standard, tmp_path: Path) -> None:
    view = standard.views[1]
    clip = attrs.evolve(view.action.clips[0], path=Path("secret-folder/coach.mp4"))
    kept = attrs.evolve(standard, views=(attrs.evolve(view, action=attrs.evolve(view.action, clips=(clip,))),))
    save_standard(kept, tmp_path / "a.standard")
    assert "secret-folder" not in json.dumps(index(tmp_path / "a.standard"))
    assert load_standard(tmp_path / "a.standard").clips[0].path == Path("coach.mp4")


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.7, 0.99])
def test_a_cut_off_file_is_one_clear_error(file: Path, share: float) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: int(share * len(data))])
    with pytest.raises(InvalidStandardError, match="build it again"):
        load_standard(file)


def test_any_damage_within_is_one_clear_error(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for place in range(40, len(data), max(1, len(data) // 60)):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        file.write_bytes(bytes(broken))
        try:
            load_standard(file)
        except HandballError as error:
            assert str(file) in str(error)  # noqa: PT017 - a change that hits nothing may pass


def test_a_newer_version_asks_for_an_update(file: Path) -> None:
    changed(file, **{"standard.json": json.dumps(index(file) | {"schema_version": 2}).encode()})
    with pytest.raises(InvalidStandardError, match=r"format version 2.*update handball"):
        load_standard(file)


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b'{"format": "other"}',
        b'{"format": "handball-standard", "schema_version": 1, "standard": 7}',
        b"\xff",
    ],
)
def test_another_kind_of_index_is_refused(file: Path, content: bytes) -> None:
    changed(file, **{"standard.json": content})
    with pytest.raises(InvalidStandardError):
        load_standard(file)


def test_pickles_are_never_read(file: Path) -> None:
    stream = io.BytesIO()
    np.savez(stream, a0000=np.array([{"a": 1}], dtype=object))
    changed(file, **{"arrays.npz": stream.getvalue()})
    with pytest.raises(InvalidStandardError, match="allow_pickle"):
        load_standard(file)


def test_only_containers_of_the_domain_are_built(file: Path) -> None:
    found = index(file)
    found["standard"]["views"] = [{"$kind": "Popen", "args": ["true"]}]
    changed(file, **{"standard.json": json.dumps(found).encode()})
    with pytest.raises(InvalidStandardError, match="Popen"):
        load_standard(file)


def test_other_names_and_missing_files(standard: Standard, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"ends in \.standard"):
        save_standard(standard, tmp_path / "club.zip")
    with pytest.raises(InvalidStandardError, match="no file"):
        load_standard(tmp_path / "nothing.standard")
    (tmp_path / "text.standard").write_text("nothing of that kind")
    with pytest.raises(InvalidStandardError, match="cannot be read as a standard"):
        load_standard(tmp_path / "text.standard")


def test_a_failed_write_leaves_the_good_file(standard: Standard, file: Path) -> None:
    before = file.read_bytes()
    broken = attrs.evolve(standard, left_out=(object(),))
    with pytest.raises(TypeError):
        save_standard(broken, file)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
