"""Training of the lifting net: it learns, it goes on where it was stopped, and the exported net gives the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from handball.domain.skeleton import BODY_23
from handball.errors import InvalidPoseFileError, OutputError, UsageError
from handball.inference.onnx_session import OnnxSession
from handball.kinematics.vectors import angle_between_deg
from handball.lifting.features import hips
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.training.lifter.export import export  # noqa: E402
from handball.training.lifter.loop import LifterRecipe, loss_of, rate_share, train  # noqa: E402
from handball.training.lifter.motions import drawn_motions, load_motions, save_motions  # noqa: E402
from handball.training.lifter.noise import estimated, guessed_depths, spells, wandering  # noqa: E402
from handball.training.lifter.varying import bent  # noqa: E402
from handball.training.lifter.views import seen  # noqa: E402
from handball.training.nets.temporal_convolution import TemporalConvolution  # noqa: E402

_SMALL = LifterRecipe(sequences=8, steps=12, seed=1, width=32, kernels=(3, 3))


def _quiet(*_: object) -> None:
    return None


@pytest.fixture(scope="module")
def windows() -> np.ndarray:
    motions = drawn_motions(4, 2)
    return motions.windows(np.arange(4), 60, np.random.default_rng(0))


def test_same_seed_same_motions() -> None:
    np.testing.assert_array_equal(drawn_motions(2, 5).joints, drawn_motions(2, 5).joints)
    assert drawn_motions(1, 5).joints.shape != drawn_motions(1, 6).joints.shape


def test_bending_moves_elbows_and_keeps_bones() -> None:
    motion = perform(build_players()[0], "standing_shot", rate_hz=60.0, seed=1)
    from handball.synthesis.rig import joint_positions

    joints = joint_positions(
        motion.player.body, motion.root, bent(motion.rotations, 1.0, 60.0, np.random.default_rng(3))
    )
    arm = BODY_23.indices(("right_shoulder", "right_elbow", "right_wrist"))

    def elbow(body: np.ndarray) -> np.ndarray:
        return angle_between_deg(body[:, arm[0]] - body[:, arm[1]], body[:, arm[2]] - body[:, arm[1]])

    assert np.abs(elbow(joints) - elbow(motion.joints)).max() > 10
    np.testing.assert_allclose(
        np.linalg.norm(joints[:, arm[0]] - joints[:, arm[1]], axis=1),
        np.linalg.norm(motion.joints[:, arm[0]] - motion.joints[:, arm[1]], axis=1),
        atol=1e-9,
    )
    np.testing.assert_array_equal(bent(motion.rotations, 0.0, 60.0, np.random.default_rng(3)), motion.rotations)


def test_cameras_see_people_upright_and_whole(windows: np.ndarray) -> None:
    places, body = seen(windows, np.random.default_rng(1))
    assert np.median(body[:, :, 0, 2]) > 0.4
    np.testing.assert_allclose(hips(body), 0, atol=1e-9)
    limb = BODY_23.indices(("left_hip", "left_knee"))
    length = np.linalg.norm(body[:, :, limb[0]] - body[:, :, limb[1]], axis=-1)
    np.testing.assert_allclose(length, np.sort(length, axis=1), rtol=0.2)
    ratio = (places[:, :, 0, 1] - hips(places)[..., 1]) / body[:, :, 0, 2]
    assert (ratio > 0).mean() > 0.95


def test_estimated_joints_are_near_and_scores_tell_of_errors(windows: np.ndarray) -> None:
    rng = np.random.default_rng(4)
    places, _ = seen(np.concatenate([windows] * 6), rng)
    found, scores = estimated(places, rng)
    unit = np.median(np.linalg.norm(places[:, :, 5] - places[:, :, 11], axis=-1))
    away = np.linalg.norm(found - places, axis=-1) / unit
    assert 0.02 < np.nanmedian(away) < 0.08
    assert np.nanmedian(away[scores < 0.5]) > 1.5 * np.nanmedian(away[scores > 0.9])
    assert 0.002 < np.isnan(found[..., 0]).mean() < 0.05


def test_guessed_depths_are_half_right(windows: np.ndarray) -> None:
    rng = np.random.default_rng(5)
    _, body = seen(np.concatenate([windows] * 6), rng)
    true = 2 * body[..., 1]
    guessed = guessed_depths(true, rng)
    told = np.abs(guessed).sum(axis=(1, 2)) > 0
    assert 0.6 < told.mean() < 1.0
    wrist = BODY_23.index("right_wrist")
    assert 0.3 < np.corrcoef(true[told][..., wrist].ravel(), guessed[told][..., wrist].ravel())[0, 1] < 0.95


def test_wandering_keeps_its_variance_and_memory() -> None:
    noise = wandering((400, 50), 0.8, np.random.default_rng(0))
    assert noise.var() == pytest.approx(1.0, abs=0.05)
    assert np.mean(noise[:, 1:] * noise[:, :-1]) == pytest.approx(0.8, abs=0.05)


def test_spells_cover_their_share() -> None:
    assert spells((50, 200, 10), 0.1, 8, np.random.default_rng(0)).mean() == pytest.approx(0.1, abs=0.02)


def test_learns_and_resumes_and_exports(tmp_path: Path) -> None:
    trained = train(_SMALL, tmp_path / "run", progress=_quiet, tell=_quiet)
    untrained = _SMALL.build()
    assert trained.history[-1][0] == 12
    again = train(_SMALL, tmp_path / "run", progress=_quiet, tell=_quiet)
    for name, weights in trained.net.state_dict().items():
        assert torch.equal(weights, again.net.state_dict()[name])
    assert not torch.equal(untrained.shrink.weight, trained.net.shrink.weight)
    path = tmp_path / "net.onnx"
    export(trained.net, path, {"name": "test"})
    values = np.random.default_rng(0).normal(size=(1, 95, 40)).astype(np.float32)
    with torch.no_grad():
        wanted = trained.net(torch.from_numpy(values)).numpy()
    np.testing.assert_allclose(OnnxSession(path).run(values), wanted, atol=1e-4)
    assert json.loads(path.with_suffix(".json").read_text())["name"] == "test"


def test_other_options_do_not_continue_a_training(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text("{}")
    with pytest.raises(OutputError, match="other options"):
        train(_SMALL, tmp_path, progress=_quiet, tell=_quiet)


def test_a_recipe_that_trains_nothing_is_refused() -> None:
    for wrong in ({"steps": 0}, {"sequences": 3}, {"seed": -1}):
        with pytest.raises(UsageError, match="at least 8 sequences, 1 step"):
            LifterRecipe(**wrong)


def test_damaged_motions_are_named(tmp_path: Path) -> None:
    path = tmp_path / "motions.npz"
    path.write_bytes(b"nothing")
    with pytest.raises(InvalidPoseFileError, match="made anew"):
        load_motions(path)
    save_motions(drawn_motions(1, 1), path)
    assert len(load_motions(path)) == 1


def test_receptive_field_is_the_product_of_the_kernels() -> None:
    net = TemporalConvolution(95, 138, width=16, kernels=(3, 3, 5)).eval()
    assert net.receptive_field == 45
    values = torch.randn(1, 95, 45)
    assert net(values).shape == (1, 138, 1)
    changed = values.clone()
    changed[:, :, 0] += 1
    assert not torch.allclose(net(values), net(changed))


def test_loss_is_least_for_the_truth_and_its_error() -> None:
    wanted = torch.randn(2, 23, 3, 8)
    right = torch.cat([wanted, torch.full_like(wanted, -6.0)], dim=2).reshape(2, 138, 8)
    wrong = torch.cat([wanted + 0.3, torch.full_like(wanted, -6.0)], dim=2).reshape(2, 138, 8)
    honest = torch.cat([wanted + 0.3, torch.full_like(wanted, float(np.log(0.3)))], dim=2).reshape(2, 138, 8)
    losses = [float(loss_of(found, wanted)[0]) for found in (right, wrong, honest)]
    assert losses[0] < losses[2] < losses[1]
    assert rate_share(0, 100) < rate_share(40, 100)
