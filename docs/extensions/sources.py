"""The extension that turns links to sources, as read in the repository, into links to the pages made from them.

Pages of the tutorial, of the gallery and of sweeps exist only in the built documentation, so a link to them would lead
nowhere in the repository.
"""

from __future__ import annotations

import re

from sphinx.application import Sphinx

#: Links of a page in the repository, and what they become, with the way to the start page for `{up}`.
_LINKS = {
    r"\]\([./]*/examples/(\d\d_\w+)\.py\)": r"](/gallery/\1.md)",
    r"\]\([./]*/examples/\)": r"](/gallery/index.md)",
    r"\]\([./]*/examples/course/\)": r"](/tutorial/index.md)",
    r"`build/docs/((?!index)\w+\.html)`": r'<a href="{up}\1">\1</a>',
}


def _read(app: Sphinx, name: str, text: list[str]) -> None:
    """Replaces the links of a page."""
    for link, page in _LINKS.items():
        text[0] = re.sub(link, page.replace("{up}", "../" * name.count("/")), text[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers these links with Sphinx."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True}
