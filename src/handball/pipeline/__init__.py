"""The whole way from files to a report, one line a stage. Read `stages.py` first."""

from handball.pipeline.analysis import analyze, analyze_pose, estimate_pose
from handball.pipeline.comparison import build_standard, compare
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets, load_nets
from handball.pipeline.outputs import write_results
from handball.pipeline.pair import analyze_pair

__all__ = [
    "Hooks",
    "Nets",
    "analyze",
    "analyze_pair",
    "analyze_pose",
    "build_standard",
    "compare",
    "estimate_pose",
    "load_nets",
    "write_results",
]
