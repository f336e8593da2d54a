"""Colors of pictures: hue, saturation and intensity, and the paper's color features of a field."""
