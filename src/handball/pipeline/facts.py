"""What measured: versions of the package, of what it stands on, and of the nets."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from handball import __version__
from handball.config import Settings
from handball.inference.cache import present_models
from handball.inference.cards import model_card
from handball.inference.shipped import Shipped, shipped_card

_PACKAGES = ("numpy", "scipy", "opencv-python-headless", "av", "ai-edge-litert", "onnxruntime")


def version_facts(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Return (name, version) of everything that has a part in the numbers."""
    present = present_models()
    pose = "blazepose_heavy" if settings.pose == "heavy" and "blazepose_heavy" in present else "blazepose_full"
    nets = tuple(
        (name, f"sha256 {model_card(name).sha256[:12]}") for name in ("efficientdet_lite0", "blazepose_full", pose)
    )
    used: dict[Shipped, bool] = {"lifter": settings.lift == "temporal", "ball_finder": settings.looks_for_the_ball}
    own = tuple((name, f"sha256 {shipped_card(name)['sha256'][:12]}") for name, has_part in used.items() if has_part)
    return (("handball", __version__), *environment_facts(), *dict(nets).items(), *own)


def environment_facts() -> tuple[tuple[str, str], ...]:
    """Return (name, version) of Python and the packages that compute."""
    return (("Python", platform.python_version()), *((name, _version(name)) for name in _PACKAGES))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
