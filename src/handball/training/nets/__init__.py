"""Layers of the nets that we train."""
