"""Training of the net that says whether a piece of a picture shows a ball."""
