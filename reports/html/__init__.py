"""The report: one HTML file that stands alone, without script and without network."""

from reports.html.page import render_html

__all__ = ["render_html"]
