"""Forms of the lifting net: strided as dilated, causal, sizes, the single frame, and terms without known joints."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.training.lifter.semi_supervised import (  # noqa: E402
    bone_length_loss,
    projected,
    reprojection_loss,
    trajectory_loss,
    trajectory_net,
)
from handball.training.nets.single_frame import SingleFrame  # noqa: E402
from handball.training.nets.temporal_convolution import KERNELS, TemporalConvolution  # noqa: E402

_PLACES = [(0, 0), (1, 2)]


def _settled(net: torch.nn.Module) -> torch.nn.Module:
    """Give batch normalization something to do."""
    torch.manual_seed(3)
    for layer in net.modules():
        if isinstance(layer, torch.nn.BatchNorm1d):
            layer.running_mean.normal_()
            layer.running_var.uniform_(0.5, 2)
            torch.nn.init.normal_(layer.weight, 1, 0.3)
    return net.eval()


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("reach", [27, 45, 81])
def test_strided_form_has_the_weights_and_the_result_of_the_dilated_one(reach: int, causal: bool) -> None:
    kernels = KERNELS[reach]
    dilated = _settled(TemporalConvolution(5, 6, width=16, kernels=kernels, shortcuts=_PLACES, causal=causal))
    strided = TemporalConvolution(5, 6, width=16, kernels=kernels, shortcuts=_PLACES, causal=causal, strided=True)
    strided.load_state_dict(dilated.state_dict())
    values = torch.randn(2, 5, 3 * reach)
    every = dilated(values)
    once = strided.eval()(values)
    assert once.shape == (2, 6, 3)
    torch.testing.assert_close(once, every[:, :, ::reach], atol=1e-5, rtol=0)


def test_the_causal_net_sees_no_future_and_the_other_one_does() -> None:
    values = torch.randn(1, 5, 60)
    changed = values.clone()
    changed[:, :, 40] += 1
    for causal in (True, False):
        net = _settled(TemporalConvolution(5, 6, width=16, kernels=KERNELS[27], shortcuts=_PLACES, causal=causal))
        assert (net.before, net.after) == ((26, 0) if causal else (13, 13))
        moved = (net(values) - net(changed)).abs().amax(dim=(0, 1)) > 1e-7
        first = int(moved.nonzero()[0]) + net.before
        assert first == (40 if causal else 27)


@pytest.mark.parametrize(
    ("width", "reach", "millions"),
    [(1024, 27, 8.56), (1024, 81, 12.75), (1024, 243, 16.95), (256, 27, 0.57), (256, 81, 0.83), (256, 243, 1.09)],
)
def test_sizes_are_those_of_the_publication(width: int, reach: int, millions: float) -> None:
    net = TemporalConvolution(34, 51, width=width, kernels=KERNELS[reach])
    assert net.receptive_field == reach
    assert sum(weight.numel() for weight in net.parameters()) / 1e6 == pytest.approx(millions, abs=0.005)


def test_the_single_frame_net_looks_at_its_frame_only() -> None:
    net = SingleFrame(5, 6, width=16).eval()
    values = torch.randn(2, 5, 8)
    torch.testing.assert_close(net(values)[:, :, 3:4], net(values[:, :, 3:4]))


def test_reprojection_is_nothing_for_the_truth_and_leaves_out_what_is_not_seen() -> None:
    joints, way = torch.randn(2, 23, 3, 7) * 0.3, torch.randn(2, 3, 7) * 0.1
    way[:, 1] += 6
    places = projected(joints, way)
    torch.testing.assert_close(
        places[0, 4, 0, 2], (joints + way[:, None])[0, 4, 0, 2] / (joints + way[:, None])[0, 4, 1, 2]
    )
    assert float(reprojection_loss(joints, way, places)) < 1e-6
    gaps = places + 1.0
    gaps[:, 1:] = torch.nan
    moved = joints.clone().requires_grad_()
    loss = reprojection_loss(moved, way, gaps)
    assert loss.item() == pytest.approx(2**0.5, rel=1e-4)
    loss.backward()
    assert torch.isfinite(moved.grad).all()
    assert float(moved.grad[:, 1:].abs().max()) == 0


def test_a_way_far_off_may_err_by_more() -> None:
    near, far = torch.zeros(1, 3, 4), torch.zeros(1, 3, 4)
    near[:, 1], far[:, 1] = 2.0, 8.0
    assert float(trajectory_loss(near + 0.1, near)) == pytest.approx(
        4 * float(trajectory_loss(far + 0.1, far)), rel=1e-4
    )
    assert trajectory_net(49, width=8)(torch.randn(1, 49, 50)).shape == (1, 3, 6)


def test_bones_may_not_be_longer_without_known_joints() -> None:
    known = torch.randn(2, 23, 3, 7)
    assert float(bone_length_loss(known, known, [5, 6], [7, 8])) == pytest.approx(0, abs=1e-6)
    lengths = (known[:, 7] - known[:, 5]).norm(dim=1).mean()
    assert float(bone_length_loss(1.2 * known, known, [5], [7])) == pytest.approx(0.2 * float(lengths), rel=1e-4)
    hidden = known.clone()
    hidden[:, 8] = torch.nan
    assert float(bone_length_loss(1.2 * known, hidden, [5, 6], [7, 8])) == pytest.approx(0.2 * float(lengths), rel=1e-4)
