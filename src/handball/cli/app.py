"""The command line: every command is loaded only when it is called, so that `--help` is quick."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from handball import __version__
from handball.errors import HandballError

app = App(
    name="handball",
    help="Film a throw, get back what differs from the coach's throw, by how many degrees, at which moment, "
    "how sure that is, and what to practise.",
    version=__version__,
    suppress_keyboard_interrupt=False,
)
app.command(
    "handball.cli.evaluate:evaluate",
    name="evaluate",
    help="Compare throws with the coach's and write a report for each.",
)
app.command(
    "handball.cli.check:check", name="check", help="Check in seconds how a clip was filmed and what it can decide."
)
app.command("handball.cli.clips:pose", name="pose", help="Write the joints of one person in a video to a file.")
app.command(
    "handball.cli.clips:key_actions", name="key-actions", help="Find start, cocking, strike and finish of a throw."
)
standard = App(name="standard", help="Freeze the coach's throw into one file, and see what is in it.")
standard.command(
    "handball.cli.standard:build", name="build", help="Measure the coach's clips once and freeze them into one file."
)
standard.command("handball.cli.standard:show", name="show", help="Print what a frozen standard holds.")
app.command(standard)
models = App(name="models", help="Fetch, list and verify the pretrained nets.")
models.command("handball.cli.models:fetch", name="fetch", help="Fetch the nets once; nothing is fetched later on.")
models.command("handball.cli.models:list_", name="list", help="List the nets and whether they are here.")
models.command("handball.cli.models:verify", name="verify", help="Check every net against its checksum.")
app.command(models)
bench = App(name="bench", help="Measure this installation on this machine; each prints a table.")
bench.command("handball.cli.bench:align", name="align", help="How well each aligner finds known warps.")
bench.command("handball.cli.bench:key_actions", name="key-actions", help="How exactly the key actions are found.")
bench.command("handball.cli.bench:angles", name="angles", help="How wrong angles are, by where the camera stands.")
bench.command("handball.cli.bench:views", name="views", help="What clips from different sides cost.")
bench.command("handball.cli.bench:error_bars", name="error-bars", help="Whether the error bars of one camera hold.")
bench.command("handball.cli.bench_cameras:fit", name="fit", help="What a skeleton fitted over the clip gains.")
bench.command("handball.cli.bench:score", name="score", help="Whether the score orders throws rightly.")
bench.command("handball.cli.bench:experts", name="experts", help="Experts or novices, by the nearest neighbor.")
bench.command(
    "handball.cli.bench:verdicts", name="verdicts", help="How much of the first screen is decided, how much wrong."
)
bench.command("handball.cli.bench:faults", name="faults", help="Whether each fault fires on itself and nothing else.")
bench.command("handball.cli.bench:stages", name="stages", help="Whether levels of the report card are right.")
bench.command("handball.cli.bench:check", name="check", help="How often a check is right about each of its points.")
bench.command("handball.cli.bench_ball_finder:ball_finder", name="ball-finder", help="How well a ball is recognized.")
bench.command("handball.cli.bench_ball_finder:ball_track", name="ball-track", help="How well the ball is followed.")
bench.command("handball.cli.bench_ball_finder:ball_frames", name="ball-frames", help="How long the ball takes.")
bench.command("handball.cli.bench:throws", name="throws", help="How many throws of a long recording are found.")
bench.command("handball.cli.bench:repeat", name="repeat", help="Whether two sets of throws get the same first tip.")
bench.command(
    "handball.cli.bench:difficulty", name="difficulty", help="How hard a synthetic set is for simple recognizers."
)
bench.command(
    "handball.cli.bench:pipeline", name="pipeline", help="How long each stage takes beside the pose net alone."
)
bench.command(
    "handball.cli.bench_cameras:single_camera", name="single-camera", help="One camera's angles against four cameras."
)
bench.command("handball.cli.bench_cameras:rig_views", name="rig-views", help="Two to four cameras of a real person.")
bench.command(
    "handball.cli.bench_lifting:lifting_losses",
    name="lifting-losses",
    help="What gross errors in training cost, by the loss.",
)
bench.command(
    "handball.cli.bench_lifting:lifting_nets", name="lifting-nets", help="What forms of the lifting net are worth."
)
bench.command(
    "handball.cli.bench_lifting:pose_noise", name="pose-noise", help="How the pose net errs on rendered clips."
)
bench.command("handball.cli.bench_lifting:lifted_joints", name="lifted-joints", help="How far lifted joints are off.")
bench.command("handball.cli.bench_ball:ball", name="ball", help="Ball nets against each other, a color, the paper.")
app.command(bench)
rig = App(name="rig", help="Two or more cameras: where they stand and what their lenses do.")
rig.command("handball.cli.rig:presets", name="presets", help="Print the rigs in the hall that are built in.")
rig.command("handball.cli.rig:board", name="board", help="Write a board to print, in true size.")
rig.command("handball.cli.rig_court:court", name="court", help="Find the court in a picture from points of it.")
rig.command("handball.cli.rig_coverage:coverage", name="coverage", help="Map what a rig sees of the court.")
rig.command("handball.cli.rig_phones:phones", name="phones", help="Make two phones a rig without a board.")
rig.command("handball.cli.rig_record:record", name="record", help="Record several cameras at once.")
rig.command(
    "handball.cli.rig_calibrate:calibrate", name="calibrate", help="Find lenses and places of cameras by a board."
)
rig.command("handball.cli.rig:import_", name="import", help="Take over a calibration of Pose2Sim or Qualisys.")
rig.command("handball.cli.rig:show", name="show", help="Print what a rig holds.")
rig.command("handball.cli.rig_views:sync", name="sync", help="Find how far apart the clocks of videos are.")
rig.command("handball.cli.rig_views:triangulate", name="triangulate", help="Measure joints in metres.")
app.command(rig)
ball = App(name="ball", help="Where the ball is: in a clip, or as a camera films it.")
ball.command("handball.cli.ball:track", name="track", help="Find the ball in a video, and when it leaves the hand.")
ball.command("handball.cli.ball:live", name="live", help="Find the ball as a camera films it, and measure how fast.")
app.command(ball)
train = App(name="train", help="Train a net of our own (extra 'train').")
train.command("handball.cli.train:lifter", name="lifter", help="From joints in the picture to joints in space.")
train.command("handball.cli.train_ball:ball", name="ball", help="Whether a piece of a picture shows a ball.")
train.command(
    "handball.cli.train_ball_finder:ball_finder", name="ball-finder", help="Where the ball is and whether it is held."
)
app.command(train)
app.command("handball.cli.synth:synth", name="synth", help="Make a set of synthetic clips with exact truth.")
app.command("handball.cli.info:info", name="info", help="Print versions, machine and models, for bug reports.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 2 bad input or usage, 1 our fault."""
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        result = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except HandballError as error:
        return _told(str(error), error.exit_code)
    except CycloptsError as error:
        return _told(" ".join(str(error).split()), 2)
    except KeyboardInterrupt:
        return _told("stopped; what was finished before is complete.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last line of defense: our fault, said plainly
        if os.environ.get("HANDBALL_DEBUG"):
            traceback.print_exc()
        return _told(
            f"an error of ours ({type(error).__name__}: {error}). Please report it with the output of 'handball info'; "
            "HANDBALL_DEBUG=1 shows where it happened.",
            1,
        )
    return result if isinstance(result, int) else 0


def _told(message: str, code: int) -> int:
    print(f"handball: {message}", file=sys.stderr)
    return code
