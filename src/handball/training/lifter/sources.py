"""Where the motions of a training come from: drawn players, and recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

from handball.errors import UsageError
from handball.synthesis.motion import Technique
from handball.training.lifter.capture import capture_families, capture_motions
from handball.training.lifter.motions import Motions, drawn_motions, load_motions, save_motions, together
from handball.training.lifter.varying import SHARES

Progress = Callable[[str, int, int], None]

_PART = 250
_HELD_OUT_MOTIONS = 60
_HELD_OUT_SEED = 1000
CAPTURE_COPIES = 4


@attrs.frozen(kw_only=True)
class MotionSource:
    """So many drawn motions, and the recordings of a file; techniques and families of `held_out` are left out."""

    sequences: int
    seed: int
    capture: str = ""
    held_out: tuple[str, ...] = ()

    def taught(self, folder: Path, progress: Progress) -> Motions:
        """Return what the net learns from, drawn motions first; they are kept in `folder`, part by part.

        Raises
        ------
        UsageError
            When something is to be held out that there is not.
        """
        self._check()
        shares = self._shares(held_out=False)
        parts: list[Motions] = []
        begin = 0
        while begin < self.sequences:
            count, number = min(_PART, self.sequences - begin), len(parts)
            path = folder / f"motions_{number:03d}.npz"
            if not path.exists():
                tell = _counting(progress, begin, self.sequences)
                save_motions(drawn_motions(count, self.seed, tell, shares=shares, part=number), path)
            parts.append(load_motions(path))
            begin += count
        if self.capture:
            parts.append(self._captured()[0])
        return together(parts)

    def held_out_motions(self, folder: Path, progress: Progress) -> Mapping[str, Motions]:
        """Return motions of the kinds that were left out, by where they come from."""
        result: dict[str, Motions] = {}
        shares = self._shares(held_out=True)
        if shares:
            path = folder / "motions_held_out.npz"
            if not path.exists():
                tell = _counting(progress, 0, _HELD_OUT_MOTIONS)
                seed = self.seed + _HELD_OUT_SEED
                save_motions(drawn_motions(_HELD_OUT_MOTIONS, seed, tell, shares=shares), path)
            result["synthetic"] = load_motions(path)
        if self.capture:
            result["recorded"] = self._captured()[1]
        return result

    def _check(self) -> None:
        known = {*SHARES, *(capture_families(Path(self.capture)) if self.capture else ())}
        unknown = [name for name in self.held_out if name not in known]
        if unknown:
            raise UsageError(
                f"Nothing is named {unknown[0]} that could be held out: there are {', '.join(sorted(known))}."
            )

    def _captured(self) -> tuple[Motions, Motions]:
        return capture_motions(Path(self.capture), held_out=self.held_out, copies=CAPTURE_COPIES, seed=self.seed)

    def _shares(self, *, held_out: bool) -> Mapping[Technique, float]:
        shares = {name: share for name, share in SHARES.items() if (name in self.held_out) == held_out}
        if not shares and not held_out:
            raise UsageError("Every technique is held out: leave at least one to learn from.")
        return shares


def _counting(progress: Progress, begin: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _: progress("motions", begin + done, total)
