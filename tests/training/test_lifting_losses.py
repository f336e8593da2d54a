"""Losses that forgive gross errors, gross errors, and the study of both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from handball.domain.skeleton import BODY_23
from handball.errors import OutputError, UsageError

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.benchmarking import lifting_losses, lifting_nets  # noqa: E402
from handball.training.lifter.contamination import contaminated  # noqa: E402
from handball.training.lifter.form_study import compared_forms  # noqa: E402
from handball.training.lifter.loss_study import Cell, CellResult, StudyRecipe  # noqa: E402
from handball.training.lifter.losses import LOSS_NAMES, kernel_width, robust_loss  # noqa: E402
from handball.training.lifter.motions import drawn_motions, save_motions  # noqa: E402
from handball.training.lifter.total_loss import loss_of, mean_joint_error  # noqa: E402

_SMALL = StudyRecipe(motions=8, held_out=4, windows=2, frames=8, clips=4, steps=2, width=8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("study")
    save_motions(drawn_motions(8, 3), path / "motions.npz")
    return path


def test_losses_agree_at_their_meeting_points() -> None:
    away = torch.tensor([0.0, 0.015, 0.03, 0.06, 1.0])
    torch.testing.assert_close(robust_loss("mse", away), away**2)
    torch.testing.assert_close(robust_loss("mpjpe", away), away)
    huber = robust_loss("huber", away)
    torch.testing.assert_close(huber, torch.tensor([0.0, 0.0001125, 0.00045, 0.00135, 0.02955]))
    for done in (0.0, 0.25, 1.0):
        assert float(robust_loss("correntropy", torch.tensor(1.0), done)) == pytest.approx(1.0)
        assert float(robust_loss("correntropy", torch.tensor(0.0), done)) == 0


def test_a_gross_error_pulls_hardest_under_squares_and_not_at_all_under_correntropy() -> None:
    pull = {}
    for name in LOSS_NAMES:
        away = torch.tensor([0.02, 0.5], requires_grad=True)
        robust_loss(name, away).sum().backward()
        near, far = (float(value) for value in away.grad)
        pull[name] = far / near
    assert pull["mse"] > pull["huber"] > pull["mpjpe"] > pull["correntropy"]
    assert pull["mpjpe"] == pytest.approx(1)
    assert pull["correntropy"] < 1e-6
    assert kernel_width(0.1) > kernel_width(0.3) > kernel_width(0.9)


def test_contamination_has_its_share_and_leaves_the_trunk_where_it_is() -> None:
    joints = np.random.default_rng(0).normal(size=(20, 30, 23, 3))
    same = contaminated(joints, 0.0, np.random.default_rng(1))
    np.testing.assert_array_equal(same, joints)
    wrong = contaminated(joints, 0.2, np.random.default_rng(1))
    changed = (wrong != joints).any(axis=-1).mean(axis=(0, 1))
    wrist, hip = BODY_23.index("left_wrist"), BODY_23.index("left_hip")
    assert changed[wrist] == pytest.approx(1 - 0.9 * 0.9, abs=0.04)
    assert changed[hip] == pytest.approx(0.1, abs=0.03)
    swapped = (wrong[:, :, wrist] == joints[:, :, BODY_23.index("right_wrist")]).all(axis=-1)
    assert 0.06 < swapped.mean() < 0.12


def test_missing_targets_teach_nothing_under_any_loss() -> None:
    wanted = torch.randn(2, 23, 3, 8)
    gaps = wanted.clone()
    gaps[:, :5] = torch.nan
    for name in ("absolute", *LOSS_NAMES):
        found = torch.randn(2, 138, 8, requires_grad=True)
        loss_of(found, gaps, name, 0.5)[0].backward()
        assert torch.isfinite(found.grad).all()
        pulled = found.grad.reshape(2, 23, 6, 8).abs().amax(dim=(0, 2, 3)) > 0
        assert pulled.tolist() == [False] * 5 + [True] * 18
    assert np.isfinite(mean_joint_error(torch.randn(2, 138, 8), gaps))


def test_study_goes_on_where_it_was_stopped_and_refuses_other_options(folder: Path) -> None:
    result = lifting_losses.run(folder, recipe=_SMALL, seeds=1)
    before = (folder / "cells.json").read_text()
    again = lifting_losses.run(folder, recipe=_SMALL, seeds=1)
    assert (folder / "cells.json").read_text() == before
    assert again == result
    assert len(result.cells) == 16
    assert "| correntropy | 20% |" in result.to_table()
    assert result.to_svg().count("<polyline") == 4
    with pytest.raises(OutputError, match="other options"):
        lifting_losses.run(folder, recipe=StudyRecipe(motions=8, held_out=4, steps=3), seeds=1)
    with pytest.raises(OutputError, match="with 8 motions"):
        lifting_losses.study_motions(folder / "motions.npz", StudyRecipe(motions=9, held_out=4))
    with pytest.raises(UsageError, match="at least 4 motions"):
        StudyRecipe(motions=6, held_out=4)


def test_rows_are_means_over_seeds_and_the_question_is_answered() -> None:
    lost = {"mse": 1.4, "mpjpe": 1.2, "huber": 1.15, "correntropy": 1.05}
    cells = tuple(
        CellResult(
            cell=Cell(loss=name, contamination=share, seed=seed),
            error=(0.1 + 0.01 * seed) * (lost[name] if share == 0.2 else 1.0),
            aligned_error=0.05,
            seconds=1.0,
        )
        for name in LOSS_NAMES
        for share in lifting_losses.CONTAMINATIONS
        for seed in (0, 1)
    )
    rows = lifting_losses.rows_of(cells)
    worst = [row for row in rows if row.contamination == 0.2]
    assert [row.lost for row in worst] == pytest.approx([0.4, 0.2, 0.15, 0.05])
    assert worst[0].error == pytest.approx(0.147)
    study = lifting_losses.LossStudy(recipe=_SMALL, rows=rows, cells=cells)
    assert study.answer.startswith("Yes: with 20% gross errors mse loses 40.0% and correntropy 5.0%")
    mild = attrs_with_lost(study, 0.2)
    assert mild.answer.startswith("No")


def attrs_with_lost(study: lifting_losses.LossStudy, lost: float) -> lifting_losses.LossStudy:
    import attrs

    rows = tuple(attrs.evolve(row, lost=lost) if row.loss == "mse" else row for row in study.rows)
    return attrs.evolve(study, rows=rows)


def test_forms_are_compared_on_the_same_windows(folder: Path) -> None:
    result = lifting_nets.run(folder, recipe=_SMALL)
    assert [row.form for row in result.rows] == ["mean pose", "single frame", "27", "27 causal", "45", "81"]
    assert all(row.error > row.aligned_error > 0 for row in result.rows)
    assert result.rows[0].weights == 0 < result.rows[2].weights < result.rows[5].weights
    assert "| 27 causal |" in result.to_table()
    motions = lifting_losses.study_motions(folder / "motions.npz", _SMALL)
    assert compared_forms(_SMALL, motions, ("mean pose",))[0].error == result.rows[0].error
