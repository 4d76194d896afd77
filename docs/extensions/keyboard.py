"""Lets readers without a mouse scroll code that is wider than the page: each block can be reached by Tab."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx


def reachable(html: str) -> str:
    """The page with every visible block of code focusable.

    >>> reachable('<pre><span></span>x</pre><pre aria-hidden="true">')
    '<pre tabindex="0"><span></span>x</pre><pre aria-hidden="true">'
    """
    return re.sub(r"<pre(?![^>]*(?:tabindex|aria-hidden))", '<pre tabindex="0"', html)


def _process(app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any) -> None:
    if "body" in context:
        context["body"] = reachable(context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    """Works on pages as they are written."""
    app.connect("html-page-context", _process)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
