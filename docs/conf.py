"""Settings of the documentation; `./run docs` builds it, and nothing is fetched while it is built or read."""

import sys
from importlib import metadata
from pathlib import Path

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE), str(_HERE.parent)]

project = "rl-line"
release = metadata.version("rl-line")
html_title = project
language = "en"
default_role = "literal"  # docstrings put code between single backticks
exclude_patterns = ["_build"]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "extensions.computed.directive",
    "extensions.docstrings",
    "extensions.keyboard",
    "extensions.mathml",
    "extensions.programs.generated",
    "extensions.sources",
    "extensions.sweeps.published",
]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
myst_url_schemes = {
    "http": None,
    "https": None,
    "gh": {"url": "https://github.com/{{path}}/issues/{{fragment}}", "title": "{{path}} #{{fragment}}"},
}

autodoc_inherit_docstrings = False  # those of Gymnasium are its own
autodoc_mock_imports = ["keras", "tensorflow"]  # seconds to import, and not needed to be read
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True  # `xp=np`, not the module's address
autodoc_typehints_format = "short"
autodoc_type_aliases = {"NDArray": "NDArray", "Table": "Table"}  # as written, not spelt out
autodoc_use_type_comments = False
python_maximum_signature_line_length = 80

html_math_renderer = "mathml"
html_theme = "furo"
html_theme_options = {"navigation_with_keys": True}
html_static_path = ["_static"]
html_css_files = ["page.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
