"""How a clip was filmed: camera, light, rate and view, and what can be decided with that."""
