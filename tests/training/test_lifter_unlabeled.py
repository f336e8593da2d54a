"""Motions whose joints in space are withheld: geometry, learning, going on, and nothing changed without the option."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import numpy as np
import pytest

from handball.errors import OutputError, UsageError

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.training.lifter import batches, loop  # noqa: E402
from handball.training.lifter.batches import FRAMES, Batches, Clips  # noqa: E402
from handball.training.lifter.loop import LifterRecipe, loss_of, rate_share, train  # noqa: E402
from handball.training.lifter.motions import Motions, drawn_motions, load_motions  # noqa: E402
from handball.training.lifter.report import card_of  # noqa: E402
from handball.training.lifter.semi_supervised import guessed_way, trajectory_loss  # noqa: E402
from handball.training.lifter.total_loss import lifted_joints  # noqa: E402
from handball.training.lifter.unlabeled import (  # noqa: E402
    UnlabeledTeacher,
    found_way,
    loss_without_joints,
    picture_loss,
    withheld,
)
from handball.training.lifter.views import filmed  # noqa: E402

_OLD = LifterRecipe(sequences=8, steps=4, seed=1, width=16, kernels=(3, 3))
_HALF = attrs.evolve(_OLD, unlabeled=0.5, steps=6)
_NET = _OLD.build()
_MARGINS = _NET.before, _NET.after


_CLIPS = 6


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer clips, and fewer batches around a training."""
    for module, name, number in ((batches, "CLIPS", _CLIPS), (loop, "_CHECKED_BATCHES", 1)):
        monkeypatch.setattr(module, name, number)


def _quiet(*_: object) -> None:
    return None


@pytest.fixture(scope="module")
def motions() -> Motions:
    return drawn_motions(6, 3)


def _clips(motions: Motions, seed: int) -> Clips:
    return Batches(motions, _MARGINS, np.arange(len(motions)), np.random.default_rng(seed)).draw_clips()


def _true_places(motions: Motions, seed: int) -> torch.Tensor:
    """What the cameras of such a batch truly see, shape (clips, 23, 2, frames)."""
    rng = np.random.default_rng(seed)
    numbers = rng.choice(np.arange(len(motions)), _CLIPS)
    places, _ = filmed(motions.windows(numbers, sum(_MARGINS) + FRAMES, rng), rng)
    return torch.from_numpy(places[:, _MARGINS[0] :][:, :FRAMES].transpose(0, 2, 3, 1).astype(np.float32))


def test_true_joints_on_their_true_way_fall_on_what_the_camera_sees(motions: Motions) -> None:
    clips = _clips(motions, 5)
    exact = attrs.evolve(clips, places=_true_places(motions, 5))
    assert float(picture_loss(clips.joints, clips.way, exact)) < 1e-4
    assert float(picture_loss(clips.joints, clips.way * torch.tensor([1.0, 1.1, 1.0])[:, None], exact)) > 0.02
    assert float(picture_loss(clips.joints * 1.1, clips.way, exact)) > 0.02
    assert 0.02 < float(picture_loss(clips.joints, clips.way, clips)) < 0.3  # as far as a pose net is off


def test_the_way_is_guessed_from_the_picture(motions: Motions) -> None:
    clips = _clips(motions, 5)
    inner = clips.guess[:, :, _MARGINS[0] : _MARGINS[0] + FRAMES]
    assert float((inner - clips.way).norm(dim=1).median() / clips.way.norm(dim=1).median()) < 0.25
    assert float((inner[:, 0] - clips.way[:, 0]).abs().median()) < 0.25
    assert float((inner[:, 2] - clips.way[:, 2]).abs().median()) < 0.25


def test_hips_that_are_missing_for_a_while_are_where_they_usually_are() -> None:
    places = np.random.default_rng(0).normal(size=(2, 9, 23, 2))
    whole = guessed_way(places)
    places[:, 4] = np.nan
    way = guessed_way(places)
    assert np.isfinite(way).all()
    assert way.shape == whole.shape == (2, 9, 3)
    np.testing.assert_allclose(way[:, 4, 0], np.median(np.delete(way[..., 0], 4, axis=1), axis=1))


def test_withheld_joints_are_not_looked_at(motions: Motions) -> None:
    clips, others = _clips(motions, 1), _clips(motions, 2)
    nothing = torch.full_like(others.joints, torch.nan)
    hidden = attrs.evolve(others, joints=nothing, way=nothing[:, 0])
    found = (torch.randn_like(others.joints), others.way)
    assert float(loss_without_joints(*found, hidden, clips.joints)) == float(
        loss_without_joints(*found, others, clips.joints)
    )
    numbers = np.arange(4, 12)
    for share, count in ((0.01, 1), (0.5, 4), (0.99, 7)):
        assert len(np.intersect1d(withheld(numbers, share, 1), numbers)) == count


def test_both_nets_learn_from_pictures_alone(motions: Motions) -> None:
    lifting = attrs.evolve(_OLD, seed=2).build()
    teacher = UnlabeledTeacher.beside(
        lifting,
        width=16,
        motions=motions,
        numbers=np.arange(3),
        seed=2,
        step=0,
        device=torch.device("cpu"),
    )
    clips, test = _clips(motions, 3), _clips(motions, 4)
    optimizer = torch.optim.AdamW(lifting.parameters(), lr=3e-3)

    def off() -> tuple[float, float]:
        with torch.no_grad():
            joints, way = lifted_joints(lifting(test.features)), found_way(teacher.net, test)
            return float(picture_loss(joints, way, test)), float(trajectory_loss(way, test.way))

    before = off()
    for _ in range(10):
        optimizer.zero_grad()
        teacher.loss(lifting, clips, 1.0)[1].backward()
        optimizer.step()
        teacher.step(3e-3)
    after = off()
    assert after[0] < 0.8 * before[0]
    assert after[1] < 0.8 * before[1]


def test_a_stopped_training_goes_on_with_the_net_of_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_CHECK_EVERY", 3)

    def stop(kind: str, done: int, _: int) -> None:
        if kind == "train" and done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(_HALF, tmp_path, progress=stop, tell=_quiet)
    kept = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    trained = train(_HALF, tmp_path, progress=_quiet, tell=_quiet)
    ended = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert [step for step, *_ in trained.history] == [3, 6, 6]
    assert [_steps_of(state["way"]["optimizer"]) for state in (kept, ended)] == [3, 6]
    weight = "shrink.weight"
    moved = (ended["way"]["net"][weight] - kept["way"]["net"][weight]).abs().max()
    assert 0 < float(moved) < 2e-4  # three steps of the warm-up away, not another random net
    assert card_of(_HALF, trained)["command"].endswith("--unlabeled 0.5")
    with pytest.raises(OutputError, match="other options"):
        train(attrs.evolve(_HALF, unlabeled=0.0), tmp_path, progress=_quiet, tell=_quiet)


def _steps_of(optimizer: dict[str, dict[int, dict[str, torch.Tensor]]]) -> int:
    return int(optimizer["state"][0]["step"])


def test_without_the_option_a_training_is_what_it_was(tmp_path: Path) -> None:
    known = {name: value for name, value in attrs.asdict(_OLD).items() if name != "unlabeled"}
    (tmp_path / "recipe.json").write_text(json.dumps(known), encoding="utf-8")
    trained = train(_OLD, tmp_path, progress=_quiet, tell=_quiet)
    assert json.loads((tmp_path / "recipe.json").read_text(encoding="utf-8")) == json.loads(json.dumps(known))
    assert "way" not in torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    net = _OLD.build()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-4)
    rng = np.random.default_rng([_OLD.seed, 2, 0])
    drawn = Batches(load_motions(tmp_path / "motions_000.npz"), _MARGINS, np.arange(6), rng)
    for step in range(_OLD.steps):
        features, wanted = drawn.draw()
        loss, _ = loss_of(net(features), wanted, "absolute", step / _OLD.steps)
        optimizer.param_groups[0]["lr"] = 1e-3 * rate_share(step, _OLD.steps)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
    for name, weights in net.named_parameters():
        assert torch.equal(weights, trained.net.state_dict()[name]), name


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_that_leaves_no_known_joints_is_refused(share: float) -> None:
    with pytest.raises(UsageError, match="from 0 to below 1"):
        LifterRecipe(unlabeled=share)
