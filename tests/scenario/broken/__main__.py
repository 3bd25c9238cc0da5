"""`python -m tests.scenario.broken --update` writes the stored messages anew."""

from __future__ import annotations

import sys

from tests.scenario.broken import update

if sys.argv[1:] != ["--update"]:
    sys.exit("Say --update to write the messages anew; read what changed before you commit it.")
for name in update():
    print(name)
