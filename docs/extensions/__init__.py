"""Extensions of Sphinx: each makes, or mends, parts of the documentation while it is built."""
