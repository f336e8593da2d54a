"""The report page: one offline file that says in ten seconds what to practise."""

from handball.reporting.html.page import render_report

__all__ = ["render_report"]
