"""What is decoded ahead in another thread arrives complete, in order, with its errors, and ends with its reader."""

import threading
from itertools import count

import pytest

from handball.acquisition.ahead import ahead


def test_everything_arrives_in_order():
    assert list(ahead(iter(range(100)), depth=3)) == list(range(100))
    assert list(ahead([])) == []


def test_the_source_is_only_so_far_ahead():
    taken = []
    items = ahead((taken.append(number) or number for number in count()), depth=2)
    assert [next(items), next(items)] == [0, 1]
    items.close()
    assert len(taken) <= 5


def test_an_error_of_the_source_is_raised_behind_what_came_before():
    def breaks():
        yield 1
        raise ValueError("broken")

    items = ahead(breaks())
    assert next(items) == 1
    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_a_reader_that_stops_early_closes_the_source_and_leaves_no_thread():
    closed = threading.Event()

    def source():
        try:
            yield from count()
        finally:
            closed.set()

    before = threading.active_count()
    items = ahead(source())
    next(items)
    items.close()
    assert threading.active_count() == before
    assert closed.wait(5)
