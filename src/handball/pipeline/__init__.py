"""The whole way from files to a report, one line a stage. Read `stages.py` first.

Each name is loaded when it is first asked for: a quick check need not load the report.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handball.pipeline.analysis import analyze, analyze_pose
    from handball.pipeline.comparison import build_standard, compare, compare_throws
    from handball.pipeline.estimating import estimate_pose
    from handball.pipeline.hooks import Hooks
    from handball.pipeline.nets import Nets, load_nets
    from handball.pipeline.outputs import write_results
    from handball.pipeline.pair import analyze_pair
    from handball.pipeline.repetitions import analyze_throws
    from handball.pipeline.standards import assess, freeze_standard

_MODULES = {
    "Hooks": "hooks",
    "Nets": "nets",
    "analyze": "analysis",
    "analyze_pair": "pair",
    "analyze_pose": "analysis",
    "analyze_throws": "repetitions",
    "assess": "standards",
    "build_standard": "comparison",
    "compare": "comparison",
    "compare_throws": "comparison",
    "estimate_pose": "estimating",
    "freeze_standard": "standards",
    "load_nets": "nets",
    "write_results": "outputs",
}

__all__ = [
    "Hooks",
    "Nets",
    "analyze",
    "analyze_pair",
    "analyze_pose",
    "analyze_throws",
    "assess",
    "build_standard",
    "compare",
    "compare_throws",
    "estimate_pose",
    "freeze_standard",
    "load_nets",
    "write_results",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
