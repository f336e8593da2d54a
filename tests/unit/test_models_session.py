"""Running nets; the tests that need the real ones carry the mark `models`."""

import os
from pathlib import Path

import numpy as np
import pytest

from handball.errors import ModelError
from handball.inference.cache import model_path
from handball.inference.session import TfliteSession, _without_start_message


@pytest.fixture(scope="module")
def detector() -> TfliteSession:
    try:
        path = model_path("efficientdet_lite0")
    except ModelError as error:
        pytest.skip(str(error))
    return TfliteSession(path)


def test_no_net_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.tflite").write_bytes(b"no net at all")
    with pytest.raises(ModelError, match=r"a\.tflite is not a \.tflite net that can run here"):
        TfliteSession(tmp_path / "a.tflite")


def test_start_message_is_dropped_and_everything_else_passed_on(capfd: pytest.CaptureFixture[str]) -> None:
    with _without_start_message():
        os.write(2, b"before\nINFO: Created TensorFlow Lite XNNPACK delegate for CPU.\nafter\n")
    os.write(2, b"later\n")
    assert capfd.readouterr().err == "before\nafter\nlater\n"


def test_messages_survive_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        with _without_start_message():
            os.write(2, b"why\n")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert capfd.readouterr().err == "why\n"


@pytest.mark.models
def test_describes_itself(detector: TfliteSession) -> None:
    assert (detector.input.shape, detector.input.dtype) == ((1, 320, 320, 3), np.dtype(np.uint8))
    assert sorted(output.shape for output in detector.outputs) == [(1, 19206, 4), (1, 19206, 90)]


@pytest.mark.models
def test_outputs_belong_to_the_caller(detector: TfliteSession) -> None:
    picture = np.zeros(detector.input.shape, np.uint8)
    first = detector.run(picture)
    kept = {name: values.copy() for name, values in first.items()}
    second = detector.run(picture + np.uint8(200))
    assert all(np.array_equal(first[name], kept[name]) for name in kept)
    assert not all(np.array_equal(first[name], second[name]) for name in kept)
    assert set(first) == {output.name for output in detector.outputs}


@pytest.mark.models
def test_wrong_input_is_refused(detector: TfliteSession) -> None:
    with pytest.raises(ValueError, match=r"expected uint8 of shape \(1, 320, 320, 3\), found float64"):
        detector.run(np.zeros(detector.input.shape))
    with pytest.raises(ValueError, match="found uint8 of shape"):
        detector.run(np.zeros((320, 320, 3), np.uint8))


@pytest.mark.models
def test_start_is_silent(capfd: pytest.CaptureFixture[str], detector: TfliteSession) -> None:
    TfliteSession(model_path("efficientdet_lite0"))
    assert capfd.readouterr().err == ""


def test_inner_tensors_come_beside_the_outputs(detector: TfliteSession) -> None:
    path = model_path("efficientdet_lite0")
    inside = TfliteSession(path, inner=[detector.input.name])
    picture = np.random.default_rng(0).integers(0, 255, detector.input.shape, dtype=np.uint8)
    found, expected = inside.run(picture), detector.run(picture)
    assert np.array_equal(found[detector.input.name], picture)
    assert all(np.array_equal(found[name], values) for name, values in expected.items())
    with pytest.raises(ModelError, match="has no tensor 'nowhere' inside"):
        TfliteSession(path, inner=["nowhere"])
