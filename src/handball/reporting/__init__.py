"""An assessment written down: report, evaluation, angles, side-by-side video, summary of several tests."""
