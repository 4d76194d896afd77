"""Tables in CSV files: names and lines, with clear errors for files that are no tables."""

from __future__ import annotations

import csv
from pathlib import Path


def table(path: Path, header: bool | None, separator: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Names of the columns of a file, and the number and the fields of each line of values."""
    if not isinstance(separator, str) or len(separator) != 1:
        raise ValueError(f"separator={separator!r}, expected one character; pass e.g. separator=';'.")
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, delimiter=separator)
            lines = [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        raise FileNotFoundError(f"no file {path}, expected a CSV file; pass its path.") from None
    except IsADirectoryError:
        raise IsADirectoryError(f"{path} is a folder, expected a CSV file; pass the path of a file in it.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path} is no text in UTF-8 ({error}); save it as a CSV file in UTF-8.") from None
    if not any(map(_filled, (row for _, row in lines))):
        raise ValueError(f"{path} is empty, expected a line of names and a line for each value.")
    first = lines[0][1]
    if not _filled(first):
        raise ValueError(f"line 1 of {path} is blank, expected names of columns; delete it.")
    for other in sorted({",", ";", "\t", "|"} - {separator}):
        if len(first) == 1 and all(other in separator.join(row) for _, row in lines if _filled(row)):
            raise ValueError(f"line 1 of {path} is {first[0]!r}, without {separator!r}; pass separator={other!r}.")
    numbers = [field for field in first if _float(field) is not None]
    if header is None and numbers:
        raise ValueError(
            f"line 1 of {path} is {separator.join(first)!r}, expected names of columns, and {numbers[0]!r} is a number;"
            " pass header=False if the values begin there, or header=True if it is a name."
        )
    if header is False:
        return [str(k) for k in range(1, len(first) + 1)], lines
    if len(lines) == 1:
        raise ValueError(f"{path} has names, {separator.join(first)!r}, and no values; add a line for each value.")
    return [name.strip() for name in first], lines[1:]


def number(path: Path, separator: str, names: list[str], line: int, row: list[str], place: int) -> float:
    """The number at a place of a line."""
    text = row[place] if place < len(row) else ""
    found = _float(text)
    if found is not None and not _filled(row[len(names) :]):
        return found
    if not _filled(row):
        cause = "the line is blank, delete it"
    elif found is not None:
        cause = f"there are {len(row)} fields for {len(names)} names, write decimals with a point"
    elif _float(text.replace(",", ".")) is not None:
        cause = "write decimals with a point"
    else:
        cause = "fill the gap, or leave the line out"
    raise ValueError(
        f"line {line} of {path} is {separator.join(row)!r}, expected a number in column {names[place]!r}; {cause}."
    )


def _float(text: str) -> float | None:
    """A text as a number; None if it is no number."""
    try:
        return float(text)
    except ValueError:
        return None


def _filled(row: list[str]) -> bool:
    """True if a field of a line is not blank."""
    return any(field.strip() for field in row)
