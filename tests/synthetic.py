"""The analytic throw as the tests use it: every stage has an exact or bounded answer."""

from handball.benchmarking.analytic_throw import AnalyticThrow, ThrowStyle, analytic_throw, lowering_deg
from handball.benchmarking.analytic_warp import WarpedPair, warped

__all__ = ["AnalyticThrow", "ThrowStyle", "WarpedPair", "analytic_throw", "lowering_deg", "warped"]
