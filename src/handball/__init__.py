"""Handball action evaluation: what differs from the coach's throw, by how much, and what to practise."""

from __future__ import annotations

__version__ = "0.1.0"
