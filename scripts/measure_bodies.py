"""Measure the bodies of players on the `anny` model.

Usage: measure_bodies.py src/handball/synthesis/bodies.toml

Needs the extra `synth`. The body model is Apache-2.0, its assets are CC0; only data of its wheel is used.
"""

from __future__ import annotations

import sys
from pathlib import Path

import attrs

from handball.domain.skeleton import BODY_23
from handball.synthesis.players import Build
from handball.synthesis.rig import SEGMENTS, RestBody
from handball.synthesis.skin_model import load_skin_model
from handball.synthesis.skin_rest import measure_rest

# name, sex, group, height in metres, age, muscle, weight, proportions
WANTED = (
    ("girl_small", "female", "youth", 1.50, 0.46, 0.50, 0.45, 0.55),
    ("girl_slim", "female", "youth", 1.60, 0.50, 0.50, 0.35, 0.60),
    ("girl_sturdy", "female", "youth", 1.68, 0.55, 0.60, 0.65, 0.50),
    ("boy_small", "male", "youth", 1.55, 0.45, 0.50, 0.45, 0.50),
    ("boy_slim", "male", "youth", 1.66, 0.50, 0.50, 0.35, 0.60),
    ("boy_tall", "male", "youth", 1.78, 0.55, 0.55, 0.50, 0.60),
    ("woman_small", "female", "adult", 1.62, 0.68, 0.60, 0.50, 0.60),
    ("woman_slim", "female", "adult", 1.70, 0.66, 0.60, 0.38, 0.65),
    ("woman_athletic", "female", "adult", 1.75, 0.70, 0.75, 0.50, 0.65),
    ("woman_heavy", "female", "adult", 1.78, 0.74, 0.60, 0.75, 0.45),
    ("woman_tall", "female", "adult", 1.86, 0.68, 0.70, 0.50, 0.60),
    ("man_small", "male", "adult", 1.74, 0.68, 0.65, 0.50, 0.55),
    ("man_slim", "male", "adult", 1.84, 0.66, 0.60, 0.36, 0.65),
    ("man_athletic", "male", "adult", 1.90, 0.70, 0.80, 0.50, 0.65),
    ("man_heavy", "male", "adult", 1.96, 0.74, 0.65, 0.78, 0.45),
    ("man_tall", "male", "adult", 2.05, 0.68, 0.70, 0.52, 0.60),
)


def measured(build: Build, height: float) -> tuple[Build, RestBody]:
    """Find the stature on the scale of the model that gives a height, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(14):
        build = attrs.evolve(build, height=round((low + high) / 2, 4))
        rest = measure_rest(load_skin_model(build))
        low, high = (build.height, high) if rest.height < height else (low, build.height)
    if abs(rest.height - height) > 0.002:
        raise SystemExit(f"no body of {height} m with {build}: the nearest is {rest.height:.3f} m")
    return build, rest


def millimetres(point: list[float]) -> str:
    """Write a point in millimetres to a tenth."""
    return "[" + ", ".join(f"{round(value * 1000, 1) + 0.0:.1f}" for value in point) + "]"


def rows(name: str, sex: str, group: str, build: Build, rest: RestBody) -> list[str]:
    """Write one body of the table."""
    scales = ", ".join(f"{key} = {value}" for key, value in attrs.asdict(build).items())
    return [
        "[[body]]",
        f'name = "{name}"',
        f'sex = "{sex}"',
        f'group = "{group}"',
        f"build = {{ {scales} }}",
        f"head_top = {rest.head_top * 1000:.1f}",
        f"floor = {rest.floor * 1000:.1f}",
        "[body.origins]",
        *(f"{key} = {millimetres(list(point))}" for key, point in zip(SEGMENTS, rest.origins, strict=True)),
        "[body.joints]",
        *(f"{key} = {millimetres(list(point))}" for key, point in zip(BODY_23.joints, rest.joints, strict=True)),
        "",
    ]


def main(path: Path) -> None:
    """Measure all bodies and write the table."""
    lines = [
        "# Bodies of players in the rest pose of rig.py: mm from the middle of the hips, x right, y forward, z up.",
        "# Written by scripts/measure_bodies.py from the anny body model (Apache-2.0, assets CC0).",
        "",
    ]
    for name, sex, group, height, age, muscle, weight, proportions in WANTED:
        wanted = Build(
            gender=1.0 if sex == "female" else 0.0,
            age=age,
            muscle=muscle,
            weight=weight,
            height=0.5,
            proportions=proportions,
        )
        build, rest = measured(wanted, height)
        lines += rows(name, sex, group, build, rest)
    path.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
