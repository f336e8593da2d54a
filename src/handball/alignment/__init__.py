"""Align a performance with a reference in time: masked dynamic time warping on joint angles."""

from handball.alignment.aligners import RegisteredAligner, WarpingAligner, default_aligner
from handball.alignment.band import average
from handball.alignment.local_costs import CostRule
from handball.alignment.registration import TimeMap, staircase, time_map
from handball.alignment.stretching import LinearAligner, PiecewiseAligner
from handball.alignment.transfer import CarriedRow, carried_over, transfer_key_rows

__all__ = [
    "CarriedRow",
    "CostRule",
    "LinearAligner",
    "PiecewiseAligner",
    "RegisteredAligner",
    "TimeMap",
    "WarpingAligner",
    "average",
    "carried_over",
    "default_aligner",
    "staircase",
    "time_map",
    "transfer_key_rows",
]
