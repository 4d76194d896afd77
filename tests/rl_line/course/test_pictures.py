"""Tables and paths of a line, in the language of the page."""

import re

import numpy as np

from rl_line import reward_line
from rl_line.course import page, pictures


def test_the_values_of_a_table_are_written_as_its_language_does():
    html = {lang: pictures.table(lang, learned=np.array([[1.5, 2.0]])) for lang in page.LANGUAGES}
    cells = {lang: re.findall(r"<td[^>]*>(?:<strong[^>]*>)?([0-9.,]+)", text) for lang, text in html.items()}
    assert cells == {"en": ["1.500", "2.000"], "pt": ["1,500", "2,000"]}


def test_wrong_cells_of_the_first_table_are_marked():
    learned, exact = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 5.0], [3.0, 4.0]])
    html = pictures.table("en", changed=(1, 0), wrong=learned != exact, learned=learned, exact=exact)
    assert re.findall(r'<mark title="(.*?)">(?:<strong[^>]*>)?([0-9.]+)', html) == [
        ("not the exact value", "2.000"),
        ("changed by the last action", "3.000"),
    ]


def test_a_path_ends_where_the_episode_does_or_is_not_followed_any_more():
    assert pictures.path(reward_line(), lambda state: 1) == "1 → 2 → 3 → 4"
    assert pictures.path(reward_line(), lambda state: state == 0, steps=3) == "1 → 2 → 1 → 2 → …"
