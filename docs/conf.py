"""The documentation site: the repository's own pages and the reference of the public names.

Build: ``sphinx-build -W -c docs . site`` (or ``make docs``). It asks for nothing from outside and works from disk.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "model"))

project = "zhizao"
author = "The zhizao contributors"
root_doc = "docs/index"
include_patterns = [
    "README.md",
    "README.zh.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "docs/*.md",
    "calibration/*.md",
    "scenarios/*.md",
]
exclude_patterns = [".*", "site", "runs", "dist", "build", "model", "tests", "notebooks"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # a page may skip a level of headings
default_role = "code"  # single backticks in docstrings, as in NumPy's own
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
napoleon_google_docstring = False

html_theme = "furo"
html_title = "zhizao 智造"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_theme_options = {"top_of_page_buttons": []}
html_additional_pages = {"index": "to_start.html"}
templates_path = ["templates"]
