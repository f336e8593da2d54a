"""Training of the lifting net: motions, virtual cameras, noise of a pose net, loop and export."""
