"""A quick search looks at fewer pictures while nobody moves, and misses none while somebody does."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from handball.config import ClipSettings
from handball.domain.boxes import Boxes
from handball.domain.skeleton import BODY_23
from handball.lifting.landmarks import LandmarkLifter
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets
from handball.pipeline.search import QUICK_HZ, search
from handball.stages import BodyLandmarks, Region
from videos import moving_scene, write_video

SECONDS = 4
REGION = Region(center=(80.0, 60.0), side=100.0)


@attrs.define
class OnePerson:
    """A detector that sees somebody, or nobody, at the same place in every picture."""

    there: bool = True

    def __call__(self, picture) -> Boxes:
        rows = np.array([[50.0, 10.0, 110.0, 110.0]])[: int(self.there)]
        return Boxes(xyxy=rows.reshape(-1, 4), scores=np.full(len(rows), 0.9))


@attrs.define
class WavingBody:
    """A pose net that sees a body whose wrists move by so many pixels from look to look."""

    step_px: float
    looks: int = 0

    def __call__(self, picture, region, *, mirrored=False) -> BodyLandmarks:
        self.looks += 1
        pixels = np.linspace([60.0, 20.0], [100.0, 100.0], len(BODY_23.joints))
        pixels[list(BODY_23.indices(("left_wrist", "right_wrist")))] += [self.step_px * (self.looks % 2), 0.0]
        meters = np.column_stack([pixels[:, 0] - 80, np.zeros(len(pixels)), 60 - pixels[:, 1]]) / 50
        return BodyLandmarks(pixels=pixels, meters=meters, scores=np.ones(len(pixels)), presence=0.99, region=REGION)


def looks(tmp_path, detector: OnePerson, net: WavingBody, *, quick: bool) -> int:
    path = write_video(tmp_path / "clip.mp4", [moving_scene(number) for number in range(30 * SECONDS)])
    nets = Nets(detector=detector, searcher=net, estimator=net, lifter=LandmarkLifter(), pose_model="waving")
    search(path, ClipSettings(), nets, Hooks(), quick=quick)
    return net.looks


def test_every_picture_is_looked_at_while_the_hands_move(tmp_path):
    assert looks(tmp_path, OnePerson(), WavingBody(step_px=12.0), quick=True) == pytest.approx(
        SECONDS * QUICK_HZ, abs=9
    )


def test_half_as_many_while_somebody_stands(tmp_path):
    moving = looks(tmp_path, OnePerson(), WavingBody(step_px=12.0), quick=True)
    standing = looks(tmp_path, OnePerson(), WavingBody(step_px=0.0), quick=True)
    assert moving / 2 <= standing <= moving / 2 + 2


def test_only_a_quick_search_leaves_pictures_out(tmp_path):
    assert looks(tmp_path, OnePerson(), WavingBody(step_px=0.0), quick=False) > SECONDS * QUICK_HZ


def test_nobody_is_looked_at_where_nobody_is(tmp_path):
    assert looks(tmp_path, OnePerson(there=False), WavingBody(step_px=0.0), quick=True) == 0
