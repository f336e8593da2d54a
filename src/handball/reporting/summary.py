"""One table for several tests: `summary.csv` and `summary.html`, a row and a link for each."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path

import attrs
from jinja2 import Environment

from handball.drawing.colors import INK, STANDARD, VERDICT_LARGE, as_hex
from handball.errors import HandballError, OutputError
from handball.storage.files import replacing


@attrs.frozen(kw_only=True)
class SummaryRow:
    """One test in the table: what came out, or why nothing did.

    `score` is None and `report` is None for a test that failed; `error` is empty for one that did not.
    """

    file: Path
    score: float | None = None
    first_tip: str = ""
    warnings: tuple[str, ...] = ()
    error: str = ""
    report: Path | None = None


@attrs.frozen(kw_only=True)
class SummaryLabels:
    """The words in the table."""

    language: str = "en"
    title: str = "Summary"
    file: str = "File"
    score: str = "Score"
    first_tip: str = "First tip"
    warnings: str = "Warnings"
    error: str = "Error"
    no_tip: str = "No sure correction"
    decimal_point: str = "."


def summary_rows(results: Sequence[tuple[Path, Path | HandballError]]) -> tuple[SummaryRow, ...]:
    """Build the table from each test file and its result folder, or the error that stopped it.

    A folder must hold `evaluation.json`, written in this run or in an earlier one.

    Raises
    ------
    OutputError
        When a folder has no readable `evaluation.json`.
    """
    return tuple(
        SummaryRow(file=file, error=str(result)) if isinstance(result, HandballError) else _finished(file, result)
        for file, result in results
    )


def _finished(file: Path, folder: Path) -> SummaryRow:
    source = folder / "evaluation.json"
    try:
        document = json.loads(source.read_text(encoding="utf-8"))
        score, advice, warnings = document["score"], document["advice"], document["warnings"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(f"{source} is not an evaluation that this version reads; evaluate {file} again") from error
    return SummaryRow(
        file=file,
        score=score,
        first_tip=advice[0] if advice else "",
        warnings=tuple(warnings),
        report=folder / "report.html",
    )


def write_summary(rows: Sequence[SummaryRow], folder: Path, labels: SummaryLabels | None = None) -> tuple[Path, Path]:
    """Write `summary.csv` and `summary.html` into a folder; links in them are relative to it.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    table, page = folder / "summary.csv", folder / "summary.html"
    with replacing(table) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "score", "first_tip", "warnings", "error", "report"])
        writer.writerows(_cells(row, folder) for row in rows)
    with replacing(page) as temporary:
        temporary.write_text(summary_html(rows, folder, labels), encoding="utf-8")
    return table, page


def summary_html(rows: Sequence[SummaryRow], folder: Path, labels: SummaryLabels | None = None) -> str:
    """Return the table as an offline page, the links relative to `folder`."""
    words = labels or SummaryLabels()
    shown = [(row, _link(row, folder), _score(row).replace(".", words.decimal_point)) for row in rows]
    colors = {"ink": INK, "accent": STANDARD, "large": VERDICT_LARGE}
    page = Environment(autoescape=True).from_string(_PAGE)
    return page.render(rows=shown, words=words, **{name: as_hex(color) for name, color in colors.items()})


def _cells(row: SummaryRow, folder: Path) -> list[str]:
    return [row.file.as_posix(), _score(row), row.first_tip, "; ".join(row.warnings), row.error, _link(row, folder)]


def _score(row: SummaryRow) -> str:
    return "" if row.score is None else f"{row.score:g}"


def _link(row: SummaryRow, folder: Path) -> str:
    return "" if row.report is None else Path(os.path.relpath(row.report, folder)).as_posix()


_PAGE = """<!doctype html>
<html lang="{{ words.language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ words.title }}</title>
<style>
  body { font: 16px/1.45 system-ui, sans-serif; color: {{ ink }};
    max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .55rem .9rem .55rem 0; border-bottom: 1px solid #d9dde3; }
  th { font-size: .85rem; color: #4b5563; }
  .score { font-weight: 700; font-variant-numeric: tabular-nums; text-align: right; }
  .error { color: {{ large }}; }
  .warnings { color: #4b5563; font-size: .9rem; }
  a { color: {{ accent }}; font-weight: 600; overflow-wrap: anywhere; }
  @media (max-width: 40rem) {
    thead { display: none; }
    tr { display: block; padding: .6rem 0; border-bottom: 1px solid #d9dde3; }
    td { display: block; border: 0; padding: .1rem 0; text-align: left; }
    td:empty { display: none; }
    .score { text-align: left; }
    td[data-name]::before { content: attr(data-name) ": "; font-size: .85rem; font-weight: 400; color: #4b5563; }
  }
</style>
</head>
<body>
<h1>{{ words.title }}</h1>
<table>
<thead><tr>
  <th scope="col">{{ words.file }}</th><th scope="col" class="score">{{ words.score }}</th>
  <th scope="col">{{ words.first_tip }}</th><th scope="col">{{ words.warnings }}</th>
</tr></thead>
<tbody>
{%- for row, link, score in rows %}
<tr>
  <td>
    {% if link %}<a href="{{ link | urlencode }}">{{ row.file.name }}</a>{% else %}{{ row.file.name }}{% endif %}
  </td>
  <td class="score"{% if score %} data-name="{{ words.score }}"{% endif %}>{{ score }}</td>
  {%- if row.error %}
  <td colspan="2" class="error" data-name="{{ words.error }}">{{ row.error }}</td>
  {%- else %}
  <td>{{ row.first_tip or words.no_tip }}</td>
  <td class="warnings">{% for text in row.warnings %}{{ text }}{% if not loop.last %}<br>{% endif %}{% endfor %}</td>
  {%- endif %}
</tr>
{%- endfor %}
</tbody>
</table>
</body>
</html>
"""
