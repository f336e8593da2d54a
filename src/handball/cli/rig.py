"""`handball rig`: boards to print, what a rig holds, the paper's rig; calibration has its own module."""

from __future__ import annotations

from handball.cli.rig_text import preset_lines


def presets() -> None:
    """Print the rigs in the hall that are built in, their camera, and why it cannot have 1920 x 1200 pixels."""
    print("\n".join(preset_lines()))
