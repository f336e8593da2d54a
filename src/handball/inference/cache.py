"""The cache folder of the nets: where it is, and whether its files are the right ones."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import lru_cache
from pathlib import Path

import attrs

from handball.errors import ModelError
from handball.inference.cards import CARDS, ModelCard, model_card

FETCH_HINT = "run 'handball models fetch'"


@attrs.frozen(kw_only=True)
class ModelState:
    """A net and its file in the cache.

    `verified` says that the file is exactly the expected one, `optional` that evaluating goes without it.
    """

    name: str
    purpose: str
    license: str
    size: int
    path: Path
    present: bool
    verified: bool
    optional: bool = False

    @property
    def word(self) -> str:
        """`here`, `missing`, or `damaged` for a file that is not the expected one."""
        return "here" if self.verified else "damaged" if self.present else "missing"


def models_folder() -> Path:
    """Return the cache folder: `HANDBALL_MODELS`, or `handball/models` in the user's cache folder."""
    chosen = os.environ.get("HANDBALL_MODELS")
    return Path(chosen).expanduser() if chosen else _user_cache() / "handball" / "models"


def _user_cache() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=32)
def _sha256_once(path: Path, modified_ns: int, size: int) -> str:  # noqa: ARG001 - part of the key
    return file_sha256(path)


def _stored_sha256(path: Path) -> str:
    stat = path.stat()
    return _sha256_once(path.resolve(), stat.st_mtime_ns, stat.st_size)


def model_path(name: str, folder: Path | None = None) -> Path:
    """Return the file of a net after its checksum was verified (once per process). Never uses the network.

    Parameters
    ----------
    name
        A name of the table of cards.
    folder
        Where the nets lie; the cache folder by default.

    Raises
    ------
    ModelError
        For an unknown name, a missing file, or a file that is not the expected one.
    """
    card = model_card(name)
    path = (folder or models_folder()) / card.file
    try:
        found = _stored_sha256(path)
    except FileNotFoundError as error:
        raise ModelError(f"the model {name} is not in {path.parent}; {FETCH_HINT}") from error
    except OSError as error:
        raise ModelError(f"the model file {path} cannot be read ({error.strerror}); {FETCH_HINT}") from error
    if found != card.sha256:
        raise ModelError(
            f"the model file {path} is damaged: expected SHA-256 {card.sha256[:12]}..., found {found[:12]}...; "
            f"delete it and {FETCH_HINT}"
        )
    return path


def is_right(card: ModelCard, path: Path) -> bool:
    """Tell whether a file is there and has the checksum of the card; always reads the file."""
    return path.is_file() and path.stat().st_size == card.size and file_sha256(path) == card.sha256


def present_models(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of the nets for evaluating that have a file, right or not; reads none of them."""
    place = folder or models_folder()
    return tuple(card.name for card in CARDS if not card.optional and (place / card.file).is_file())


def list_models(folder: Path | None = None) -> tuple[ModelState, ...]:
    """Return the state of every net in the cache folder (or another one). Reads all its files."""
    place = folder or models_folder()
    return tuple(
        ModelState(
            name=card.name,
            purpose=card.purpose,
            license=card.license,
            size=card.size,
            path=place / card.file,
            present=(place / card.file).is_file(),
            verified=is_right(card, place / card.file),
            optional=card.optional,
        )
        for card in CARDS
    )


def verify_models(folder: Path | None = None) -> tuple[ModelState, ...]:
    """Return the state of every net when all are there and right; an optional one may be missing.

    Raises
    ------
    ModelError
        Naming every file that is missing or damaged.
    """
    states = list_models(folder)
    damaged = [f"{state.path} is damaged" for state in states if state.present and not state.verified]
    missing = [f"{state.name} is missing" for state in states if not state.present and not state.optional]
    if damaged or missing:
        raise ModelError(f"not all models are in order: {', '.join(damaged + missing)}; {FETCH_HINT}")
    return states
