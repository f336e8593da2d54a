"""The whole way from files to a report, one line a stage. Read `stages.py` first."""

from handball.pipeline.analysis import analyze, analyze_pose, estimate_pose
from handball.pipeline.comparison import build_standard, compare, compare_throws
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets, load_nets
from handball.pipeline.outputs import write_results
from handball.pipeline.pair import analyze_pair
from handball.pipeline.repetitions import analyze_throws
from handball.pipeline.standards import assess, freeze_standard

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
