"""Tables of a page hold what they are given, and figures speak its language."""

from matplotlib.figure import Figure

from rl_line.course import display


def test_a_table_has_every_text_and_names_its_rows():
    text = display.table(["length", "guess"], [["1", "<2>"], ["2", "3.5"]]).text
    assert text.count("<tr>") == 3
    assert text.count('scope="row"') == text.count('scope="col"') == 2
    assert "&lt;2&gt;" in text
    assert "overflow-x: auto" in text


def test_words_of_a_figure_are_replaced_and_other_lines_keep_their_names():
    axes = Figure().subplots()
    axes.plot([0, 1], label="right when rounded")
    axes.plot([1, 0], label="mine")
    display.relabel(axes, title="Erro", x="tamanho", y="erro", right_when_rounded="certa ao arredondar")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["certa ao arredondar", "mine"]
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("Erro", "tamanho", "erro")
