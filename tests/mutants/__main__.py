"""Checks mutants and right agents, and writes the table of results.

`PYTHONPATH=.:tests python -m mutants` goes on with those that `kill_matrix.json` does not have yet; with a part of
their names, as in `python -m mutants DQN`, it does all of those anew. `kill_matrix.md` is written after each, and
`--processes 4` does four at a time. Verdicts depend on steps alone, so they are the same however many.
"""

import argparse
from pathlib import Path

from mutants.kill_matrix import write

if __name__ == "__main__":
    parser = argparse.ArgumentParser("python -m mutants", description=write.__doc__)
    parser.add_argument("part", nargs="?", default="", help="of the names that are to be done anew")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent, help="where the table is written")
    options = parser.parse_args()
    write(options.folder, part=options.part, processes=options.processes)
