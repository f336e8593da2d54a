"""What a quick check does not load before it reads the video."""

from __future__ import annotations

import subprocess
import sys


def test_a_check_loads_neither_scipy_nor_the_report_before_it_begins() -> None:
    slow = ("scipy", "jinja2", "onnxruntime", "handball.reporting.html")
    script = (
        "import sys, handball.cli.check, handball.cli.options, handball.pipeline.checking, "
        f"handball.reporting.capture_text; print(sorted({set(slow)!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
