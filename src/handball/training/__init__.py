"""Nets are trained here, with torch (extra `train`); what runs them needs none of it."""
