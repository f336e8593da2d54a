"""What the benchmark of one camera found: containers, a table and JSON."""

from __future__ import annotations

import json

import attrs

from handball.benchmarking.single_camera_fit import Fits
from handball.benchmarking.single_camera_statistics import Share


@attrs.frozen(kw_only=True)
class ErrorRow:
    """Errors of one angle of one camera (`all` pools them), against one reference, in degrees.

    `difference_*` are errors of the difference of two moments at least 0.5 s apart.
    """

    camera: str
    angle: str
    reference: str
    bias_deg: float
    mean_abs_deg: float
    rms_deg: float
    difference_mean_abs_deg: float
    difference_sigma_deg: float
    within_1: float
    within_2: float


@attrs.frozen(kw_only=True)
class CoverageRow:
    """Share of errors within one and two standard deviations (68 and 95 % if they were Gaussian)."""

    what: str
    within_1: Share
    within_2: Share


@attrs.frozen(kw_only=True)
class GainRow:
    """How much something takes off the mean error, in degrees: places in the picture, or lifting over the clip."""

    what: str
    reference: str
    without_deg: float
    with_deg: float
    gain: Share


@attrs.frozen(kw_only=True)
class SingleCameraBenchmark:
    """Everything that was measured, with where and when."""

    version: str
    date: str
    machine: str
    frames: int
    repeats: int
    seed: int
    references_apart_deg: float
    rows: tuple[ErrorRow, ...]
    coverages: tuple[CoverageRow, ...]
    gains: tuple[GainRow, ...]
    lifting_gains: tuple[GainRow, ...]
    fits: Fits

    def pooled(self, angle: str, reference: str) -> ErrorRow:
        """Return the row of an angle (or `all`) over all cameras. Raises `KeyError` for an unknown one."""
        for row in self.rows:
            if (row.camera, row.angle, row.reference) == ("all", angle, reference):
                return row
        raise KeyError(f"no {angle!r} against {reference!r} in this benchmark")

    def to_table(self) -> str:
        """Return the tables as Markdown text."""
        return "\n".join(
            [
                f"handball {self.version}, {self.date}, {self.machine}; {self.frames} frames, 4 cameras, one person; "
                f"{self.repeats} bootstrap repeats, seed {self.seed}. Angles in degrees.",
                f"The two references differ by {self.references_apart_deg:.1f} degrees on average.",
                "",
                *_error_lines(self.rows),
                "",
                *_coverage_lines(self.coverages),
                "",
                *_gain_lines(self.gains, "joints in space", "with places in the picture"),
                "",
                *_gain_lines(self.lifting_gains, "with places in the picture", "lifted over the clip"),
                "",
                *_fit_lines(self.fits),
            ]
        )

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=2)


def _error_lines(rows: tuple[ErrorRow, ...]) -> list[str]:
    return [
        "| reference | camera | angle | bias | mean error | rms | difference: mean error | its sigma | within 1 | 2 |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {row.reference} | {row.camera} | {row.angle} | {row.bias_deg:+.1f} | {row.mean_abs_deg:.1f} "
            f"| {row.rms_deg:.1f} | {row.difference_mean_abs_deg:.1f} | {row.difference_sigma_deg:.1f} "
            f"| {100 * row.within_1:.0f} % | {100 * row.within_2:.0f} % |"
            for row in rows
            if "all" in (row.camera, row.angle)
        ),
    ]


def _coverage_lines(rows: tuple[CoverageRow, ...]) -> list[str]:
    return [
        "| what | within 1 sigma | within 2 sigma |",
        "| --- | ---: | ---: |",
        *(f"| {row.what} | {_percent(row.within_1)} | {_percent(row.within_2)} |" for row in rows),
    ]


def _gain_lines(rows: tuple[GainRow, ...], without: str, better: str) -> list[str]:
    return [
        f"| mean error of | reference | {without} | {better} | gain |",
        "| --- | --- | ---: | ---: | ---: |",
        *(
            f"| {row.what} | {row.reference} | {row.without_deg:.1f} | {row.with_deg:.1f} "
            f"| {row.gain.value:.1f} ({row.gain.low:.1f} to {row.gain.high:.1f}) |"
            for row in rows
        ),
    ]


def _fit_lines(found: Fits) -> list[str]:
    across, depth = found.across_m, found.depth_m
    return [
        "| fitted to | across, mm | depth, mm | power of 1 / score | camera left out: within 1 | 2 |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        f"| all cameras | {_millimeters(across)} | {_millimeters(depth)} | {found.best.exponent:g} | | |",
        *(
            f"| all but {row.camera} | {1000 * row.fit.across_m:.0f} | {1000 * row.fit.depth_m:.0f} "
            f"| {row.fit.exponent:g} | {100 * row.within_1:.0f} % | {100 * row.within_2:.0f} % |"
            for row in found.left_out
        ),
    ]


def _percent(share: Share) -> str:
    return f"{100 * share.value:.0f} % ({100 * share.low:.0f} to {100 * share.high:.0f})"


def _millimeters(share: Share) -> str:
    return f"{1000 * share.value:.0f} ({1000 * share.low:.0f} to {1000 * share.high:.0f})"
