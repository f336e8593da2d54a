"""What the commands of `handball rig` print."""

from __future__ import annotations

from handball.stereo import presets


def preset_lines() -> list[str]:
    """Return the presets, and the arithmetic of the paper's camera."""
    own, claimed = presets.IMAGE_SIZE, presets.CLAIMED_SIZE
    lines = [f"{name:10} {station.position}: {station.what}" for name, station in presets.STATIONS.items()]
    width, height = presets.chip_mm(own)
    lines.append(
        f"camera     {own[0]} x {own[1]} at {presets.RATE_HZ:g} Hz, chip {width:.2f} x {height:.2f} mm (1/3 inch)"
    )
    for focal in presets.FOCALS_MM:
        across, up = presets.view_deg(focal)
        lines.append(f"lens       {focal:g} mm sees {across:.1f} degrees across, {up:.1f} up")
    for size, rate in ((own, presets.RATE_HZ), (own, presets.TOP_RATE_HZ), (claimed, presets.RATE_HZ)):
        both = 2 * presets.stream_mbit_s(size, rate)
        word = "fits" if both <= presets.BUS_MBIT_S else "does not fit"
        lines.append(
            f"bus        two cameras of {size[0]} x {size[1]} at {rate:g} Hz send {both:.0f} Mbit/s: "
            f"{word} one bus of {presets.BUS_MBIT_S:g}"
        )
    width, height = presets.chip_mm(claimed)
    lines.append(
        f"not        {claimed[0]} x {claimed[1]} as in the paper's table: a chip of {width:.1f} x {height:.1f} mm, "
        "three times as wide as the camera has"
    )
    return lines
