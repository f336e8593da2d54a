"""What `handball bench ball` prints. The paper's numbers stand in columns of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handball.ball.structures import STRUCTURES, multiply_adds
from handball.benchmarking.ball_latency import CALLS, WARM_UPS, Latency
from handball.benchmarking.ball_recognition import (
    CALIBRATED_LIGHT,
    CALIBRATED_SKIN,
    CALIBRATION_CROPS,
    Recognition,
    f1,
    precision,
)
from handball.benchmarking.ball_structures import PAPER, StructureRow
from handball.benchmarking.ball_trainings import Plan
from handball.benchmarking.ball_transfers import SCRATCH, Transfer
from handball.benchmarking.call_times import Times
from handball.benchmarking.intervals import Share
from handball.synthesis.hall import LIGHTINGS
from handball.training.ball.transfer import WAYS

SKINS = ("blue and white", "yellow and black", "red and white", "green and yellow, never shown")
NOT_RUN = "not run"
_ELSEWHERE = (
    "The paper's times are from a Tesla K40c and pictures of unknown size, ours from one thread of a processor: "
    "they cannot be compared."
)


def structure_table(plan: Plan, rows: Sequence[StructureRow]) -> str:
    """Return Table 2."""
    iterations = plan.large(3, False).solver.max_iter
    lines = [
        f"### Structures (the paper's Table 2), {_size(plan.size)}, {iterations} iterations from scratch",
        "",
        f"{plan.crops} synthetic crops to learn from, {plan.test_crops} to test with, batches of 64, seed {plan.seed}, "
        f"one training each; the paper: 6000 iterations, real pictures. {_ELSEWHERE} Intervals: Wilson, 95 %.",
        "",
        _row(
            "structure",
            "accuracy, paper (%)",
            "time, paper (ms)",
            "accuracy, ours (%)",
            "learned wrong, ours (%)",
            "time, ours (ms)",
            "million products",
        ),
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    return "\n".join([*lines, *(_structure(plan, row) for row in rows)])


def _structure(plan: Plan, row: StructureRow) -> str:
    done, times = row.training, row.times
    paper = PAPER.get(row.structure) if not row.fc_relu else None
    return _row(
        f"{row.structure}{' with a ReLU between the full layers' if row.fc_relu else ''}",
        *((f"{paper[0]:g}", f"{paper[1]:.2f}") if paper else ("", "")),
        _share(done.right) if done else NOT_RUN,
        f"{100 * done.train_error:.1f}" if done else NOT_RUN,
        f"{times.mean:.2f}" if times else NOT_RUN,
        f"{multiply_adds(STRUCTURES[row.structure], plan.size) / 1e6:.1f}",
    )


def recognition_tables(found: Recognition | None) -> str:
    """Return Tables 3 and 4, and balls found by looks and light."""
    if found is None:
        return f"### Net and color (the paper's Tables 3 and 4): {NOT_RUN}"
    lines = [
        f"### Net and color (the paper's Tables 3 and 4), {_size(found.size)}",
        "",
        f"{found.net.right.of} synthetic crops, the same for both. The method by color is calibrated on "
        f"{CALIBRATION_CROPS} crops of the {SKINS[CALIBRATED_SKIN]} ball in {CALIBRATED_LIGHT} light. Net: "
        f"{found.source}. {_ELSEWHERE}",
        "",
        _row("", "net, paper", "color, paper", "net, ours", "color, ours"),
        "| --- | ---: | ---: | ---: | ---: |",
        *_confusion(found),
        *_rates(found),
        *_times(found),
        "",
        f"\\* worked out from its table for 500 of each. Times: {CALLS} single pictures after {WARM_UPS}, in turn.",
        "",
        *_cells(found),
    ]
    return "\n".join(lines)


def _confusion(found: Recognition) -> list[str]:
    both = (found.net, found.color)
    missed = [Share(hits=one.recall.of - one.recall.hits, of=one.recall.of) for one in both]
    calm = [Share(hits=one.false_alarms.of - one.false_alarms.hits, of=one.false_alarms.of) for one in both]
    return [
        _row("a ball, told ball (recall, %)", "99.2", "46.2", *(_share(one.recall) for one in both)),
        _row("a ball, told no ball (%)", "0.8", "53.8", *map(_share, missed)),
        _row("no ball, told ball (false positive rate, %)", "0.6", "9.2", *(_share(one.false_alarms) for one in both)),
        _row("no ball, told no ball (%)", "99.4", "90.8", *map(_share, calm)),
    ]


def _rates(found: Recognition) -> list[str]:
    both = (found.net, found.color)
    return [
        _row("precision (%)", "99.4 *", "83.4 *", *(f"{100 * precision(one):.1f}" for one in both)),
        _row("F1 (%)", "99.3 *", "59.5 *", *(f"{100 * f1(one):.1f}" for one in both)),
        _row("told rightly (%)", "99.3 *", "68.5 *", *(_share(one.right) for one in both)),
        _row("told rightly, a ball never shown (%)", "", "", *(_share(one.right) for one in found.held_out)),
    ]


def _times(found: Recognition) -> list[str]:
    both = (found.net_times, found.color_times)
    names = (("mean", "1.55", "1.02"), ("p50", "", ""), ("p95", "", ""), ("p99", "", ""))
    return [
        _row(f"time, {name} (ms)", net, color, *(f"{getattr(times, name):.2f}" for times in both))
        for name, net, color in names
    ]


def _cells(found: Recognition) -> list[str]:
    """Return balls found by looks and light: net, then color; the calibration of the color is printed bold."""
    lines = [
        "Balls found (%), the net and then the color; bold: what the color is calibrated on.",
        "",
        _row("", *LIGHTINGS),
        "| --- " + "| --- " * len(LIGHTINGS) + "|",
    ]
    nets, colors = (
        {(cell.skin, cell.lighting): cell.found for cell in (*one.cells, *held.cells)}
        for one, held in ((found.net, found.held_out[0]), (found.color, found.held_out[1]))
    )
    for skin in sorted({skin for skin, _ in nets}):
        told = []
        for light in LIGHTINGS:
            net, color = nets[skin, light], colors[skin, light]
            mark = "**" if (skin, light) == (CALIBRATED_SKIN, CALIBRATED_LIGHT) else ""
            told.append(f"{_short(net)}; {mark}{_short(color)}{mark}, of {net.of}")
        lines.append(_row(SKINS[skin], *told))
    return lines


def latency_table(found: Sequence[Latency]) -> str:
    """Return times by size."""
    if not found:
        return f"### One picture at a time: {NOT_RUN}"
    lines = [
        "### One picture at a time, structure 3",
        "",
        f"Milliseconds from an RGB crop to the probability, one thread, {CALLS} calls after {WARM_UPS}, both in turn. "
        "A camera of 120 pictures a second leaves 8.3.",
        "",
        _row("size", "by", "mean", "p50", "p95", "p99", "greatest difference of probabilities"),
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in found:
        lines.append(_row(_size(one.size), "ONNX Runtime", *_four(one.onnxruntime), ""))
        lines.append(_row(_size(one.size), "OpenCV", *_four(one.opencv), f"{one.difference:.1e}"))
    return "\n".join(lines)


def transfer_table(plan: Plan, rows: Sequence[Transfer]) -> str:
    """Return the ways from small to large."""
    if not rows:
        return f"### Small to large: {NOT_RUN}"
    lines = [
        f"### Small to large, structure 3, 64 × 48 to {_size(plan.size)}",
        "",
        f"Test crops told rightly (%), of {plan.test_crops}; a test after every 100 iterations on large pictures. The "
        f"iterations on small pictures ({plan.small().solver.max_iter}) come on top of those of the three ways.",
        "",
        _row("way", "before", "in the end", "iterations", "best test", "until 99 %", "until a point below scratch"),
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        to = [str(count) if count is not None else "never" for count in (row.to_asked, row.to_scratch)]
        lines.append(
            _row(row.way, _share(row.before), _share(row.right), str(row.iterations), f"{100 * row.best:.1f}", *to)
        )
    missing = [way for way in (SCRATCH, *WAYS) if way not in {row.way for row in rows}]
    lines += [_row(way, *[NOT_RUN] * 6) for way in missing]
    return "\n".join(lines)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{100 * share.value:.1f} ({100 * low:.1f} to {100 * high:.1f})" if share.of else "none"


def _short(share: Share) -> str:
    low, high = share.interval
    return f"{100 * share.value:.0f} ({100 * low:.0f} to {100 * high:.0f})" if share.of else "none"


def _four(times: Times) -> Iterable[str]:
    return (f"{value:.2f}" for value in (times.mean, times.p50, times.p95, times.p99))


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
