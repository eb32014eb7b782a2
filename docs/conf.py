"""Sphinx settings; `make docs` builds English and Japanese."""

project = "Kanryu"
copyright = "The Kanryu developers"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist"]
exclude_patterns = ["_build"]
autodoc_typehints = "description"
suppress_warnings = ["myst.header"]
