"""Whatever message is printed is parsed again to the same."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from handball.ball.text_format import Field, Message, Word, parsed, printed
from handball.errors import InvalidPrototxtError

_NAMES = st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{0,8}", fullmatch=True)
_SCALARS = (
    st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | _NAMES.map(Word)
)
_MESSAGES = st.recursive(
    st.just(Message()),
    lambda inner: st.lists(st.builds(Field, _NAMES, _SCALARS | inner), max_size=4).map(
        lambda all_: Message(tuple(all_))
    ),
    max_leaves=12,
)


@given(_MESSAGES)
def test_printed_and_parsed(whole: Message) -> None:
    assert parsed(printed(whole)) == whole


@given(st.text(alphabet="ab1.:{}\"\\-# \n'", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidPrototxtError):
        assert parsed(printed(parsed(text))) == parsed(text)
