"""The bench of repeated tips: agreement is counted, and refusals too."""

from __future__ import annotations

import json

from handball.benchmarking import repeated_tips


def test_sets_are_counted_and_the_same_seed_gives_the_same_numbers() -> None:
    found = repeated_tips.run(novices=2, throws=2, seed=3)
    assert found.novices + found.refused == 2
    assert found.same_of_sets.of == found.same_of_single.of == found.novices
    assert found == repeated_tips.run(novices=2, throws=2, seed=3)
    assert json.loads(found.to_json())["throws"] == 2
    assert "| 2 throws |" in found.to_table()


def test_one_throw_a_set_is_the_single_throw() -> None:
    found = repeated_tips.run(novices=2, throws=1, seed=4)
    assert (found.same_of_sets, found.any_of_sets) == (found.same_of_single, found.any_of_single)
