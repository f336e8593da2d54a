"""Whether a piece of a picture shows a ball: the small convolution net of the paper, without torch."""
