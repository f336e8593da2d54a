"""`handball info`: what a bug report needs."""

from __future__ import annotations

import os
import platform


def info() -> None:
    """Print versions, machine and models, for bug reports."""
    from handball import __version__
    from handball.inference.cache import list_models, models_folder
    from handball.pipeline.facts import environment_facts

    print(f"handball {__version__}")
    for name, version in environment_facts():
        print(f"{name} {version}")
    print(f"system {platform.platform()}, {os.cpu_count()} processors")
    print(f"models folder {models_folder()}")
    for state in list_models():
        print(f"model {state.name} {state.word}")
