"""The directive `computed`: parts of pages that are computed when the documentation is built, so that none is stale."""

from collections.abc import Callable

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from extensions.computed import bugs, environments, line, lines

#: What a page may ask for, by name; each function takes words and gives Markdown, or HTML where it begins with a tag.
CONTENT: dict[str, Callable[..., str]] = {
    function.__name__: function
    for function in (
        lines.drawings,
        bugs.lines,
        bugs.overview,
        bugs.slots,
        bugs.values,
        bugs.aliases,
        bugs.exploring,
        bugs.weaknesses,
        bugs.change,
        environments.findings,
        environments.soft_21,
        line.exact,
        line.best_actions,
        line.over_gamma,
    )
}


class Computed(SphinxDirective):
    """Directive that is replaced by the output of a function, called with the words after its name."""

    required_arguments = 1
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """The table or section as Markdown, parsed."""
        name, *words = " ".join(self.arguments).split()
        text = CONTENT[name](*words)
        if text.startswith("<"):
            return [nodes.raw("", text, format="html")]
        return self.parse_text_to_nodes(text)


def setup(app: Sphinx) -> dict[str, bool]:
    """Registers the directive with Sphinx."""
    app.add_directive("computed", Computed)
    return {"parallel_read_safe": True}
