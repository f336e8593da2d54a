"""Render the two clips that `make demo` evaluates: a coach's throw, and a learner's with one known fault.

Usage: python scripts/make_demo_clips.py FOLDER

Needs the extra `synth`. Beside the clips it writes `demo.json`: who throws, the fault and its size.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import attrs
import numpy as np

from handball.storage.files import ensure_folder, replacing
from handball.synthesis.camera import phone
from handball.synthesis.faults import fault
from handball.synthesis.filming import film
from handball.synthesis.hall import HallLooks
from handball.synthesis.motion import Fault, Motion
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players
from handball.synthesis.scene import Scene
from handball.synthesis.staging import window

RATE_HZ = 120.0
SIZE = (960, 540)
SECONDS = 1.9
TECHNIQUE, SLOT = "standing_shot", "overhead"
COACH, LEARNER = "man_athletic", "woman_slim"
FAULT = fault("low_elbow", 50.0)
SEEDS = {"coach": 11, "learner": 12}


def throw(name: str, seed: int, faults: tuple[Fault, ...]) -> Motion:
    """Let a player of the roster throw."""
    player = next(one for one in build_players() if one.name == name)
    motion = perform(player, TECHNIQUE, rate_hz=RATE_HZ, seed=seed, variant=SLOT, faults=faults, place=(29.0, 10.0))
    return window(motion, round(SECONDS * RATE_HZ))


def scene(motion: Motion, hall: HallLooks, seed: int) -> Scene:
    """Film a throw with a phone from the side of the throwing arm."""
    row = int(np.argmin(np.abs(motion.times - motion.time_of("strike"))))
    side = -90.0 if motion.player.hand == "right" else 90.0
    shot = phone(motion.root[row, :2].tolist(), 0.0, azimuth_deg=side, distance=4.6, image_size=SIZE)
    return Scene(performers=(motion,), hall=hall, camera=shot.camera, ball_skin=1, seed=seed)


def main() -> None:
    """Render both clips and say what is in them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = ensure_folder(parser.parse_args().folder)
    hall = HallLooks(floor="maple", area=(70, 110, 170), lighting="bright")
    for role, name, faults in (("coach", COACH, ()), ("learner", LEARNER, (FAULT,))):
        motion = throw(name, SEEDS[role], faults)
        truth = folder / f".{role}.truth.npz"
        film(scene(motion, hall, SEEDS[role]), RATE_HZ, folder / f"{role}.mp4", truth)
        truth.unlink()
    about = {
        "synthetic": True,
        "technique": TECHNIQUE,
        "coach": {"player": COACH, "seed": SEEDS["coach"]},
        "learner": {"player": LEARNER, "seed": SEEDS["learner"], "fault": attrs.asdict(FAULT)},
    }
    with replacing(folder / "demo.json") as path:
        path.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
