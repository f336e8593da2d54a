"""Find people in a picture and follow each of them through the clip."""
