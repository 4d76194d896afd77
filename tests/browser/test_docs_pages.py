"""The built documentation in a browser, narrow and wide: no page scrolls sideways, or asks for anything outside."""

from pathlib import Path

import pytest

BUILT = Path(__file__).parent.parent.parent / "build" / "docs"
PAGES = sorted(path.relative_to(BUILT).as_posix() for path in BUILT.rglob("*.html") if "_static" not in path.parts)


@pytest.mark.skipif(bool(PAGES), reason="they are built")
def test_the_pages_are_built():
    pytest.fail("build/docs is empty; ./run docs builds the pages, and ./run browser looks at them.")


@pytest.fixture(scope="module", params=[390, 1280])
def window(chromium, request):
    """A page of that width, and what it asked for."""
    context = chromium.new_context(viewport={"width": request.param, "height": 900})
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    yield page, asked
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_needs_nothing_from_outside(window, name):
    page, asked = window
    asked.clear()
    page.goto((BUILT / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    broken = "[...document.images].filter(one => one.complete && one.naturalWidth === 0).map(one => one.src)"
    assert page.evaluate(broken) == []
