"""The pretrained nets of one run."""

from __future__ import annotations

import attrs

from handball.config import Settings
from handball.detection.efficientdet import EfficientDetDetector
from handball.domain.performance import Notice
from handball.inference.cache import model_path, present_models
from handball.inference.onnx_session import OnnxSession
from handball.inference.session import TfliteSession
from handball.inference.shipped import shipped_path
from handball.lifting.landmarks import LandmarkLifter
from handball.lifting.temporal import TemporalLifter
from handball.pipeline.ball_clip import BallNets, load_ball_nets
from handball.pose_estimation.blazepose import BlazePoseEstimator
from handball.stages import Detector, Lifter, PoseEstimator


@attrs.frozen(kw_only=True)
class Nets:
    """Detector, a quick pose net for the search, the pose net that measures, and what gives its joints their depth.

    `ball` is None where nobody asks for it; `notices` says when a worse net stands in for the one that was asked for.
    """

    detector: Detector
    searcher: PoseEstimator
    estimator: PoseEstimator
    lifter: Lifter
    pose_model: str
    ball: BallNets | None = None
    notices: tuple[Notice, ...] = ()


def load_nets(settings: Settings, threads: int = 2) -> Nets:
    """Load the nets from the cache, checking their checksums; each run of a net may use so many threads.

    A set of nets serves one thread of ours at a time.

    Raises
    ------
    ModelError
        When a net is missing or damaged. A missing heavy net is replaced by the full one, with a notice.
    """
    searcher = estimator = BlazePoseEstimator(TfliteSession(model_path("blazepose_full"), threads))
    detects = TfliteSession(model_path("efficientdet_lite0"), threads)
    heavy = settings.pose == "heavy" and "blazepose_heavy" in present_models()
    if heavy:
        estimator = BlazePoseEstimator(TfliteSession(model_path("blazepose_heavy"), threads))
    return Nets(
        detector=EfficientDetDetector(detects),
        searcher=searcher,
        estimator=estimator,
        lifter=load_lifter(settings),
        pose_model="blazepose_heavy" if heavy else "blazepose_full",
        ball=load_ball_nets(threads=threads, session=detects) if settings.looks_for_the_ball else None,
        notices=() if heavy or settings.pose == "full" else (Notice(key="heavy_model_missing"),),
    )


def load_lifter(settings: Settings) -> Lifter:
    """Load what gives joints their depth. Raises `ModelError` when our net is damaged."""
    return TemporalLifter(OnnxSession(shipped_path("lifter"))) if settings.lift == "temporal" else LandmarkLifter()
