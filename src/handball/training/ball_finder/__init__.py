"""Training of our own ball net: whether there is a ball, where, and whether it is held (needs the extra `train`)."""
