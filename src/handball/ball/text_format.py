"""Texts of fields in braces, as Caffe keeps nets and solvers: the text format of protocol buffers.

Written and read here without a schema: a value is a number, a text in quotes, a bare word (which names an option), or a
message, again of fields. What a field may hold is the reader's business; see `prototxt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

import attrs

from handball.errors import InvalidPrototxtError

_TOKEN = re.compile(
    r"""(?P<gap>[ \t\r\n]+|\#[^\n]*)
      | (?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
      | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]))
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign>[{}:;,])""",
    re.VERBOSE | re.ASCII,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_DEEPEST, _LONGEST = 20, 400


@attrs.frozen
class Word:
    """A bare word: the name of an option, or `true` and `false`."""

    text: str


@attrs.frozen
class Message:
    """Fields in their order; a name may come again."""

    fields: tuple[Field, ...] = ()


Value = int | float | str | Word | Message


@attrs.frozen
class Field:
    """A name with its value, and the line that it was read from (0: from none), which does not count when comparing."""

    name: str
    value: Value
    line: int = attrs.field(default=0, eq=False)


def message(*fields: tuple[str, Value]) -> Message:
    """Build a message from names and values.

    Examples
    --------
    >>> print(printed(message(("pool", Word("MAX")), ("shape", message(("dim", 1), ("dim", 3))))), end="")
    pool: MAX
    shape {
      dim: 1
      dim: 3
    }
    """
    return Message(tuple(Field(name, value) for name, value in fields))


def printed(whole: Message) -> str:
    """Return the text of a message, one field a line."""
    return "".join(f"{line}\n" for line in _lines(whole, ""))


def parsed(text: str) -> Message:
    """Return the message that a text holds.

    Raises
    ------
    InvalidPrototxtError
        Naming the line, when the text is none of fields.

    Examples
    --------
    >>> parsed("kernel_size: 3  # cells") == message(("kernel_size", 3))
    True
    """
    return _Parser(_tokens(text)).whole()


def refuse(line: int, problem: str) -> NoReturn:
    """Raise the error of a line; 0 is the text as a whole."""
    raise InvalidPrototxtError(f"line {line}: {problem}" if line else problem)


def _lines(whole: Message, indent: str) -> Iterator[str]:
    for field in whole.fields:
        if isinstance(field.value, Message):
            yield f"{indent}{field.name} {{"
            yield from _lines(field.value, indent + "  ")
            yield f"{indent}}}"
        else:
            yield f"{indent}{field.name}: {_scalar(field.value)}"


def _scalar(value: int | float | str | Word) -> str:
    if isinstance(value, Word):
        return value.text
    if isinstance(value, str):
        escapes = {character: f"\\{letter}" for letter, character in _ESCAPES.items() if letter != "'"}
        return '"' + "".join(escapes.get(character, character) for character in value) + '"'
    return repr(value)


@attrs.frozen
class _Token:
    kind: str
    text: str
    line: int


def _tokens(text: str) -> list[_Token]:
    found, place, line = [], 0, 1
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            refuse(line, f"{text[place:].split(maxsplit=1)[0][:20]!r} is no name, number, text in quotes or brace")
        if match.lastgroup != "gap":
            found.append(_Token(str(match.lastgroup), match[0], line))
        line += match[0].count("\n")
        place = match.end()
    return [*found, _Token("end", "", line)]


class _Parser:
    """Descends into the braces."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens, self._place = tokens, 0

    def whole(self) -> Message:
        return self._fields("end", 0)

    def _fields(self, last: str, depth: int) -> Message:
        fields: list[Field] = []
        opened = self._next.line
        if depth > _DEEPEST:
            refuse(opened, f"braces within braces go deeper than {_DEEPEST}")
        while (self._next.text if last == "}" else self._next.kind) != last:
            if self._next.kind == "end":
                refuse(opened, "a brace is opened and never closed: add the missing '}'")
            fields.append(self._field(depth))
            if self._next.text in {";", ","}:
                self._take()
        self._take()
        return Message(tuple(fields))

    def _field(self, depth: int) -> Field:
        name = self._take()
        if name.kind != "word":
            refuse(name.line, f"expected the name of a field, found {name.text!r}")
        colon = self._next.text == ":"
        if colon:
            self._take()
        if self._next.text == "{":
            self._take()
            return Field(name.text, self._fields("}", depth + 1), name.line)
        if not colon:
            refuse(name.line, f"{name.text!r} has no value: expected ':' or '{{' after it, found {self._next.text!r}")
        return Field(name.text, self._value(name), name.line)

    def _value(self, name: _Token) -> Value:
        token = self._take()
        if len(token.text) > _LONGEST and token.kind == "number":
            refuse(token.line, f"the number at {name.text!r} is too long: {token.text[:10]}...")
        if token.kind == "number":
            return int(token.text) if re.fullmatch(r"[-+]?\d+", token.text) else float(token.text)
        if token.kind == "text":
            return re.sub(r"\\(.)", lambda match: _unescaped(match[1], token.line), token.text[1:-1])
        if token.kind != "word":
            refuse(name.line, f"{name.text!r} has no value, found {token.text!r} in its place")
        return Word(token.text)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._next
        self._place = min(self._place + 1, len(self._tokens) - 1)
        return token


def _unescaped(letter: str, line: int) -> str:
    return _ESCAPES[letter] if letter in _ESCAPES else refuse(line, f"'\\{letter}' is an unknown escape in a text")
