"""Tables are read by their labels, whatever holds them."""

from collections import defaultdict

import numpy as np
import pytest

from agents.checkup.reading.reading import read

TABLE = np.array([[1.0, 2.0], [4.0, 3.0], [0.5, 0.25]])
GREEDY = [1, 0, 0]


def q_of(table):
    return read(table, num_states=3, num_actions=2).q.tolist()


def holder(**attributes):
    return type("Holder", (), {})() if not attributes else type("Holder", (), attributes)()


LABELS = {
    "int": int,
    "str": str,
    "tuple": lambda s: (s,),
    "list as str": lambda s: str([s]),
    "NumPy": np.int64,
    "row": lambda s: tuple(np.eye(3, dtype=np.float32)[s]),
}
TABLES = {
    **{f"by {name}": {label(s): TABLE[s] for s in range(3)} for name, label in LABELS.items()},
    **{f"pairs of {k}": {(label(s), a): TABLE[s, a] for s, a in np.ndindex(3, 2)} for k, label in LABELS.items()},
    "lists": dict(enumerate(TABLE.tolist())),
    "nested": {s: dict(enumerate(row)) for s, row in enumerate(TABLE.tolist())},
    "nested, actions as str": {str(s): {"1": row[1], "0": row[0]} for s, row in enumerate(TABLE.tolist())},
    "another label beside": {"terminal": [7, 7], **{s: TABLE[s] for s in range(3)}},
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("name", ["q_table", "q_values", "Q", ""])
def test_a_dictionary_is_read_by_its_labels(name, table):
    assert q_of(holder(**{name: table}) if name else table) == TABLE.tolist()


@pytest.mark.parametrize("name", ["q", "Q", "q_table"])
def test_a_table_may_be_a_list(name):
    assert q_of(holder(**{name: TABLE.tolist()})) == TABLE.tolist()


class Array:
    """An array of another library, which NumPy makes one of its own of."""

    def __array__(self, dtype=None, copy=None):
        return TABLE


@pytest.mark.parametrize("table", [TABLE.tolist(), list(TABLE), [TABLE, TABLE], Array()])
def test_whatever_numpy_makes_a_table_of_is_one_itself(table):
    learned = read(table, num_states=3, num_actions=2)
    assert learned.q.tolist() == TABLE.tolist()
    assert learned.sure


def test_a_tensor_of_torch_is_a_table():
    torch = pytest.importorskip("torch")
    for table in torch.tensor(TABLE), torch.nn.Parameter(torch.tensor(TABLE)):
        assert q_of(table) == TABLE.tolist()


def test_a_table_that_is_called_is_a_network_of_states():
    embedding = lambda states: TABLE[states]  # noqa: E731
    for name in "q_table", "qs", "Q_values":
        learned = read(holder(**{name: staticmethod(embedding)}), num_states=3, num_actions=2)
        assert learned.q.tolist() == TABLE.tolist()
        assert learned.sure


def test_an_array_is_a_table_by_rows():
    assert read(TABLE, num_states=3, num_actions=2).greedy.tolist() == GREEDY


def test_states_that_a_dictionary_does_not_have_are_worth_nothing():
    assert read({0: [1.0, 2.0]}, num_states=2, num_actions=2).q.tolist() == [[1.0, 2.0], [0.0, 0.0]]
    learned = read({0: [1.0, 2.0]}, num_states=2, num_actions=2)
    assert learned.values(np.array([1])).tolist() == [[0.0, 0.0]]


def test_states_that_a_default_dictionary_does_not_have_are_worth_its_default():
    rows = defaultdict(lambda: np.array([5.0, 6.0]), {0: TABLE[0]})
    assert q_of(rows) == [[1, 2], [5, 6], [5, 6]]
    assert list(rows) == [0], "reading adds nothing"
    nested = defaultdict(lambda: defaultdict(float), {1: defaultdict(lambda: 8.0, {0: 4.0})})
    assert q_of(nested) == [[0, 0], [4, 8], [0, 0]]
    assert dict(nested[1]) == {0: 4.0}
    pairs = defaultdict(lambda: 3.0, {(2, 1): 1.0})
    assert q_of(pairs) == [[3, 3], [3, 3], [3, 1]]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"left": 1.0}, r"labels \['left'\] are no states from 0 to 2"),
        ({s: TABLE[s - 1] for s in (1, 2, 3)}, r"labels \[3\] are no states from 0 to 2"),
        ({(s, 0): 1.0 for s in (1, 2, 3)}, r"labels \[3\] are no states from 0 to 2"),
        ({s: {1: 0.0, 2: 1.0} for s in range(3)}, r"labels \[2\] are no actions from 0 to 1"),
        (TABLE.T, r"has shape \(2, 3\), expected \(3, 2\)"),
        (TABLE.T, "was it trained in the environment it was given?"),
        (np.zeros((2, 3, 2, 2)), r"has shape \(2, 3, 2, 2\), expected \(3, 2\)"),
        (np.zeros((5, 4)), r"has shape \(5, 4\), expected \(3, 2\)"),
        ({s: [1.0] for s in range(3)}, r"has shape \(3, 1\), expected \(3, 2\)"),
        ({0: [1.0], 1: [1.0, 2.0]}, "ValueError"),
    ],
)
def test_labels_and_shapes_that_do_not_fit_are_refused(table, message):
    with pytest.raises(TypeError, match=message):
        read(table, num_states=3, num_actions=2)


def test_a_dictionary_of_actions_is_a_policy():
    learned = read({0: 1, 1: 0}, num_states=3, num_actions=2)
    assert learned.q is None
    assert learned.greedy.tolist() == [1, 0, 0]


def test_rows_that_are_no_numbers_are_kept():
    table = np.array([[1.0, 2.0], [np.nan, np.nan], [np.nan, 3.0]])
    learned = read(table, num_states=3, num_actions=2)
    assert np.array_equal(learned.q, table, equal_nan=True)
    assert learned.greedy.tolist() == [1, 0, 1]


class Table:
    """A table of MushroomRL, which predicts from columns of states."""

    def __init__(self, table):
        self.table = table

    def predict(self, states):
        rows = np.array([self.table[state[0]] for state in states])
        return rows[0] if len(rows) == 1 else rows


class Ensemble:
    """Tables of MushroomRL, which are predicted from by their mean."""

    def __init__(self, *tables):
        self.tables = tables

    def __len__(self):
        return len(self.tables)

    def __getitem__(self, index):
        return self.tables[index]

    def predict(self, states):
        return np.mean([table.predict(states) for table in self.tables], axis=0)


DOUBLE = (TABLE - 1, TABLE + 1)
SEVERAL = {
    "MushroomRL": lambda: holder(Q=Table(TABLE)),
    "MushroomRL's table alone": lambda: Table(TABLE),
    "MushroomRL's Double Q": lambda: holder(Q=Ensemble(*map(Table, DOUBLE))),
    "MushroomRL's policy": lambda: holder(policy=holder(get_q=lambda self: Ensemble(*map(Table, DOUBLE)))),
    "an array": lambda: holder(q=np.array(DOUBLE)),
    "a list": lambda: holder(Q=list(DOUBLE)),
    "a list of dictionaries": lambda: holder(Q=[dict(enumerate(table)) for table in DOUBLE]),
}
for one, two in [("q1", "q2"), ("Q_a", "Q_b"), ("QA", "QB"), ("q_table_0", "q_table_1")]:
    SEVERAL[f"{one} and {two}"] = lambda names=(one, two): named(dict(zip(names, DOUBLE, strict=True)))


def named(attributes):
    agent = holder()
    vars(agent).update(attributes)
    return agent


@pytest.mark.parametrize("make", SEVERAL.values(), ids=SEVERAL)
def test_of_several_tables_the_mean_is_read(make):
    learned = read(make(), num_states=3, num_actions=2)
    assert learned.q.tolist() == TABLE.tolist()
    assert learned.greedy.tolist() == GREEDY
    assert learned.sure
    assert learned.failed == ""
    assert learned.values(np.array([1])).tolist() == [[4, 3]]


# --- pandas ---


def frame(rows, columns):
    """A table of pandas with these labels, each number under its own, whatever the order."""
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame([[TABLE[int(s), int(a)] for a in columns] for s in rows], index=rows, columns=columns)


@pytest.mark.parametrize("rows", [[0, 1, 2], [2, 0, 1], ["1", "2", "0"]])
@pytest.mark.parametrize("columns", [[0, 1], [1, 0], ["1", "0"]])
def test_a_table_of_pandas_is_read_by_its_labels(rows, columns):
    table = frame(rows, columns)
    for agent in (table, holder(q_table=table)):
        learned = read(agent, num_states=3, num_actions=2)
        assert learned.q.tolist() == TABLE.tolist()
        assert learned.sure
        assert learned.values(np.array([2, 0])).tolist() == TABLE[[2, 0]].tolist()


def test_rows_that_a_table_of_pandas_does_not_have_are_worth_nothing():
    table = frame([2, 0], [1, 0])
    table.loc["terminal"] = 9.0
    assert q_of(table) == [[1, 2], [0, 0], [0.5, 0.25]]


def test_a_series_of_pandas_is_read_by_its_pairs():
    assert q_of(frame([2, 1, 0], [1, 0]).stack()) == TABLE.tolist()


def test_cells_of_pandas_that_are_empty_are_no_crash():
    table = frame([1, 0], [0, 1]).reindex([2, 1, 0]).astype(object)
    learned = read(table, num_states=3, num_actions=2)
    assert np.isnan(learned.q[2]).all()
    assert learned.q[:2].tolist() == TABLE[:2].tolist()
    assert learned.greedy.tolist() == [1, 0, 0]


def test_labels_of_pandas_that_are_no_actions_or_come_twice_are_refused():
    with pytest.raises(TypeError, match=r"labels \['left', 'right'\] are no actions from 0 to 1"):
        q_of(frame([0, 1, 2], [0, 1]).rename(columns={0: "left", 1: "right"}))
    with pytest.raises(TypeError, match="index must be unique"):
        q_of(frame([0, 1, 2, 0], [0, 1]))
