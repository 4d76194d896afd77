"""The pictures of README and docs are of the course as it is; `./run browser --pictures` writes them anew."""

from pathlib import Path

import pytest
from browser.conftest import settled
from PIL import Image

from rl_line.course.page import LANGUAGES

STATIC = Path(__file__).parent.parent.parent / "docs" / "_static"
PRESSED = {"en": "100 actions", "pt": "100 ações"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_course_is_pictured_in_each_language(opened, lang, tmp_path, request):
    page = opened(f"08_line/?lang={lang}", width=800)
    page.get_by_role("button", name=PRESSED[lang]).click()
    settled(page)
    name = f"course_{lang}.png"
    path = (STATIC if request.config.getoption("--pictures") else tmp_path) / name
    page.screenshot(path=str(path), clip={"x": 0, "y": 0, "width": 800, "height": 760})
    with Image.open(path) as image:
        image.convert("RGB").quantize(256).save(path, optimize=True)
    assert path.stat().st_size < 150_000
    with Image.open(path) as new, Image.open(STATIC / name) as kept:
        assert new.size == kept.size == (800, 760)
    assert (STATIC / name).stat().st_size < 150_000
