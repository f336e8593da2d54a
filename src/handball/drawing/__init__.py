"""Skeletons, labels and angle arcs on RGB pictures, blurred faces, pictures cut and encoded, videos written."""
