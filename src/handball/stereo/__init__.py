"""Two and more cameras: calibration, triangulation, and where in time their clips belong together."""
