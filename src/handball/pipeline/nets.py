"""The pretrained nets of one run."""

from __future__ import annotations

import attrs

from handball.config import Settings
from handball.detection.efficientdet import EfficientDetDetector
from handball.domain.performance import Notice
from handball.inference.cache import model_path, present_models
from handball.inference.session import TfliteSession
from handball.pose_estimation.blazepose import BlazePoseEstimator
from handball.stages import Detector, PoseEstimator


@attrs.frozen(kw_only=True)
class Nets:
    """Detector, a quick pose net for the search, and the pose net that measures.

    `notices` says when a worse net stands in for the one that was asked for.
    """

    detector: Detector
    searcher: PoseEstimator
    estimator: PoseEstimator
    pose_model: str
    notices: tuple[Notice, ...] = ()


def load_nets(settings: Settings, threads: int = 2) -> Nets:
    """Load the nets from the cache, checking their checksums; each run of a net may use so many threads.

    A set of nets serves one thread of ours at a time.

    Raises
    ------
    ModelError
        When a net is missing or damaged. A missing heavy net is replaced by the full one, with a notice.
    """
    searcher = BlazePoseEstimator(TfliteSession(model_path("blazepose_full"), threads))
    detector = EfficientDetDetector(TfliteSession(model_path("efficientdet_lite0"), threads))
    if settings.pose == "full":
        return Nets(detector=detector, searcher=searcher, estimator=searcher, pose_model="blazepose_full")
    if "blazepose_heavy" not in present_models():
        notice = Notice(key="heavy_model_missing")
        return Nets(
            detector=detector, searcher=searcher, estimator=searcher, pose_model="blazepose_full", notices=(notice,)
        )
    estimator = BlazePoseEstimator(TfliteSession(model_path("blazepose_heavy"), threads))
    return Nets(detector=detector, searcher=searcher, estimator=estimator, pose_model="blazepose_heavy")
