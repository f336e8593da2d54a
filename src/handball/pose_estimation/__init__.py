"""Joints of one person: in the picture and in space, with scores and uncertainty."""
