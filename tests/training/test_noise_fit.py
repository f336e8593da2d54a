"""The fit of the noise model finds what a clip was disturbed with."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.training.lifter.noise import fitted, wandering
from handball.training.lifter.noise_fit import JOINTS, FoundClip, fitted_noise


def _clip(rng: np.random.Generator, *, swapped: bool = False) -> FoundClip:
    frames = 150
    true = np.cumsum(rng.normal(0, 0.01, (frames, 17, 2)), axis=0) + rng.normal(0, 1.0, (1, 17, 2))
    found = true + 0.02 * rng.normal(size=(1, 17, 2)) + 0.03 * wandering((1, frames, 17, 2), 0.85, rng)[0]
    depths = 0.4 * wandering((1, frames, 17), 0.97, rng)[0]
    scores = np.full((frames, 17), 0.95)
    wrists = [JOINTS.index("left_wrist"), JOINTS.index("right_wrist")]
    if swapped:
        found[:30, wrists] = true[:30, wrists[::-1]]
    found[40:55, JOINTS.index("left_elbow")] += 0.8
    guessed = 0.5 * depths
    return FoundClip(
        found=found, true=true, scores=scores, guessed_depths=guessed, true_depths=depths, looked=np.ones(frames, bool)
    )


@pytest.fixture(scope="module")
def noise():  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(5)
    return fitted_noise([_clip(rng, swapped=number < 5) for number in range(20)])


def test_sizes_are_found_again(noise) -> None:  # type: ignore[no-untyped-def]
    assert np.hypot(noise.shift, noise.slow) == pytest.approx(0.02, rel=0.25)
    assert noise.quick * np.sqrt(1.27) == pytest.approx(0.03, rel=0.1)
    assert noise.jitter < 0.01
    assert noise.missing == 0
    assert max(value for _, value in noise.joints) < 1.3


def test_gross_errors_and_swaps_are_counted(noise) -> None:  # type: ignore[no-untyped-def]
    assert noise.astray_elbow == pytest.approx(0.05, abs=0.005)
    assert noise.astray_leg == 0
    limbs, swaps = 8, 5 * 30 * 2
    assert noise.swapped == pytest.approx(swaps / (20 * 150 * limbs), rel=0.2)
    assert noise.to_other_side > 0.3


def test_depths_follow_by_half(noise) -> None:  # type: ignore[no-untyped-def]
    assert np.mean(noise.depth_slopes) == pytest.approx(0.5, abs=0.01)
    assert noise.depth_wander < 0.01


def test_nothing_fits_no_clips_and_what_ships_is_complete() -> None:
    with pytest.raises(ValueError, match="at least one clip"):
        fitted_noise([])
    noise = fitted()
    assert noise.factors.shape == (23,)
    assert {name for name, _ in noise.joints} == set(JOINTS)
    assert noise.factors[-1] == dict(noise.joints)["right_ankle"]
