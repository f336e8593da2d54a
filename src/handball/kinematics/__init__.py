"""Pure NumPy: derivatives, smoothing, steady bones, angles and measures of a throw."""
