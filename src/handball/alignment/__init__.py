"""Align a performance with a reference in time: masked dynamic time warping on joint angles."""
