"""Measurements of the whole and its parts on inputs with known answers."""
