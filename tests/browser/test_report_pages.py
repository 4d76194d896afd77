"""The page of a checkup in a browser: the tables of right agents fit a phone, and no word of a row is broken."""

from types import SimpleNamespace

import pytest
from support.checkup_cases import RIGHT_AGENT

from agents.checkup import checkup


def acting(env, **how):
    """A right agent that shows no values."""
    return SimpleNamespace(act=RIGHT_AGENT(env, **how).act)


@pytest.mark.parametrize("train", [RIGHT_AGENT, acting], ids=["values", "actions"])
def test_the_tables_of_a_report_fit_a_phone(chromium, train):
    context = chromium.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.set_content(checkup(train).html())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    tables = page.evaluate("[...document.querySelectorAll('.wide')].map(one => [one.scrollWidth, one.clientWidth])")
    assert len(tables) > 3
    assert not [(wide, room) for wide, room in tables if wide > room]
    context.close()


LINES_OF_IDS = """[...document.querySelectorAll('.checks th')].map(id => {
    const text = document.createRange();
    text.selectNodeContents(id);
    return text.getClientRects().length;
})"""


def test_the_id_of_every_check_is_on_one_line(chromium):
    page = chromium.new_page(viewport={"width": 800, "height": 900})
    page.set_content(checkup(RIGHT_AGENT).html())
    lines = page.evaluate(LINES_OF_IDS)
    assert len(lines) > 10
    assert set(lines) == {1}
    page.close()
