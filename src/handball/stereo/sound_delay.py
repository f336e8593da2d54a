"""How far apart the clocks of two files are, from what both microphones have heard.

Generalized cross-correlation with phase transform (Knapp and Carter, "The generalized correlation method for
estimation of time delay", IEEE Trans. ASSP 24(4), 1976): a clap or the bounce of a ball stands out as one sharp peak,
whatever the two microphones do to the tone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.rig import Delay
from handball.domain.sound import Sound
from handball.errors import SyncError

Array = NDArray[np.float64]

_SPEED_M_S = 343.0
_APART_M = 1.0
"""Nobody says how much nearer one phone stands to the sound: one standard deviation."""
_LEAST_SHARPNESS = 8.0
"""How far the peak must rise above the rest, in standard deviations of the rest."""
_SECOND_BEST = 0.7
_BESIDE_S = 0.02
_LEAST_S = 0.5
_BAND_HZ = (300.0, 6000.0)


def sound_delay(first: Sound, second: Sound) -> Delay:
    """Find the delay of the second recording from its sound.

    Sound takes 2.9 ms for each metre that one microphone is farther from its source: the delay's standard deviation is
    that of one metre.

    Raises
    ------
    SyncError
        When the recordings are too short, have different rates, or no common sound stands out.

    Examples
    --------
    >>> clap = np.zeros(32000)
    >>> clap[8000:8040] = np.random.default_rng(0).normal(size=40)
    >>> early, late = (Sound(begin=0.0, rate_hz=16000.0, samples=np.roll(clap, shift)) for shift in (0, 1600))
    >>> round(sound_delay(early, late).seconds, 4)
    -0.1
    """
    if first.rate_hz != second.rate_hz:
        raise SyncError(
            f"The sounds have {first.rate_hz:g} and {second.rate_hz:g} samples a second: expected the same."
        )
    shortest = min(len(first.samples), len(second.samples)) / first.rate_hz
    if shortest < _LEAST_S:
        raise SyncError(f"One sound is {shortest:.2f} s long, expected at least {_LEAST_S} s: use --by motion.")
    lags, likeness = _correlation(first, second)
    best = int(np.argmax(likeness))
    beside = np.abs(lags - lags[best]) <= _BESIDE_S
    rest = likeness[~beside]
    sharpness = float((likeness[best] - np.median(rest)) / (1.4826 * np.median(np.abs(rest - np.median(rest))) + 1e-15))
    second_best = float(rest.max() / likeness[best]) if likeness[best] > 0 else 1.0
    if sharpness < _LEAST_SHARPNESS or second_best > _SECOND_BEST:
        raise SyncError(
            "No sound stands out in both recordings: clap once, or bounce the ball once, while both film; or use "
            "--by motion."
        )
    return Delay(
        seconds=float(first.begin - second.begin + lags[best]),
        sigma=_APART_M / _SPEED_M_S,
        likeness=1.0 - second_best,
        way="sound",
    )


def _correlation(first: Sound, second: Sound) -> tuple[Array, Array]:
    """Return lags in seconds (how much later the sound comes in the first) and how alike the sounds are at each."""
    length = len(first.samples) + len(second.samples)
    size = 1 << (length - 1).bit_length()
    one, two = (np.fft.rfft(sound.samples - sound.samples.mean(), size) for sound in (first, second))
    cross = one * np.conj(two)
    frequencies = np.fft.rfftfreq(size, 1 / first.rate_hz)
    inside = (frequencies >= _BAND_HZ[0]) & (frequencies <= _BAND_HZ[1])
    strength = np.abs(cross)
    floor = 0.01 * strength[inside].max(initial=0.0) + 1e-30
    found = np.fft.irfft(np.where(inside, cross / (strength + floor), 0.0), size)
    steps = np.arange(-len(second.samples) + 1, len(first.samples))
    return steps / first.rate_hz, np.asarray(found[steps % size])
