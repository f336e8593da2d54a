"""SynthHandball: players who perform techniques in a hall, with every joint, angle and moment known exactly."""
