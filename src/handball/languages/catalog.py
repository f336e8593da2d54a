"""Look up texts by dotted keys in the tables of one language, and write numbers its way.

Every language is a folder of TOML tables, `en` the complete one. To add a language, copy `en`,
translate the values and leave the keys and the `{placeholders}` as they are. A translation that no
coach has read yet says so under `language.draft`, and so does every report in it.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

import attrs

from handball.errors import UsageError

DEFAULT_LANGUAGE = "en"
DRAFT = "language.draft"
"""The one key that only a draft has; English and what it is measured against have none."""
_MINUS = "\N{MINUS SIGN}"
_NO_NUMBER = "\N{EN DASH}"


@attrs.frozen(kw_only=True)
class Catalog:
    """The texts of one language; what it lacks is said in English.

    Examples
    --------
    >>> catalog = load_catalog("de")
    >>> catalog.text("key_action.strike.name")
    'Abwurf'
    >>> catalog.number(-12.34, 1)
    '−12,3'
    """

    language: str
    texts: Mapping[str, str] = attrs.field(repr=False)
    fallback: Mapping[str, str] = attrs.field(repr=False)

    @property
    def draft(self) -> str:
        """Say in this language that no coach has read its translation yet; empty for a language that is no draft."""
        return self.texts.get(DRAFT, "")

    def has(self, key: str) -> bool:
        """Tell whether a text stands under this key, in the language itself or in English."""
        return key in self.texts or key in self.fallback

    def text(self, key: str, **values: str) -> str:
        """Return a text with its placeholders filled.

        Raises
        ------
        UsageError
            When neither this language nor English has the key, or a placeholder is left without a value.
        """
        try:
            return self.template(key).format(**values)
        except KeyError as error:
            raise UsageError(f"The text {key!r} needs a value for {error}, found {sorted(values)}.") from error

    def template(self, key: str) -> str:
        """Return a text with its placeholders as they stand, for whoever fills them later.

        Raises
        ------
        UsageError
            When neither this language nor English has the key.
        """
        template = self.texts.get(key, self.fallback.get(key))
        if template is None:
            raise UsageError(f"No text stands under {key!r} in the language tables{_nearest(key, self.fallback)}.")
        return template

    def reworded(self, words: Mapping[str, str]) -> Catalog:
        """Return the catalog with some texts in other words, by their keys; they have no placeholders."""
        plain = {key: text.replace("{", "{{").replace("}", "}}") for key, text in words.items()}
        return attrs.evolve(self, texts=MappingProxyType({**self.texts, **plain})) if words else self

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with the decimal sign of the language; a dash where there is none.

        A value that rounds to zero has no sign.
        """
        if not math.isfinite(value):
            return _NO_NUMBER
        written = f"{abs(value):.{digits}f}"
        sign = _MINUS if value < 0 and float(written) > 0 else ""
        return sign + written.replace(".", self.text("format.decimal"))


def available_languages() -> tuple[str, ...]:
    """Return the codes of all languages that have tables.

    Examples
    --------
    >>> "en" in available_languages()
    True
    """
    return tuple(sorted(folder.name for folder in _root().iterdir() if _tables(folder)))


@cache
def load_catalog(language: str) -> Catalog:
    """Load all tables of a language.

    Raises
    ------
    UsageError
        For a language without tables; the message names those that have some.
    """
    known = available_languages()
    if language not in known:
        found = f"No texts for the language {language!r}{_nearest(language, known)}."
        raise UsageError(f"{found} Choose one of: {', '.join(known)}.")
    return Catalog(language=language, texts=_load(language), fallback=_load(DEFAULT_LANGUAGE))


@cache
def _load(language: str) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for table in _tables(_root() / language):
        texts.update(_flat(tomllib.loads(table.read_text(encoding="utf-8"))))
    return MappingProxyType(texts)


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value)


def _root() -> Traversable:
    return files("handball.languages")


def _tables(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    return sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)


def _nearest(word: str, known: Mapping[str, str] | tuple[str, ...]) -> str:
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.4)
    return f" (did you mean {found[0]!r}?)" if found else ""
