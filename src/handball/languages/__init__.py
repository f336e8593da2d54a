"""Texts of the reports in several languages, in tables that translators edit."""

from handball.languages.catalog import Catalog, available_languages, load_catalog

__all__ = ["Catalog", "available_languages", "load_catalog"]
