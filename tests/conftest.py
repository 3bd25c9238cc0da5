"""What all tests share."""

from __future__ import annotations

import os

# Before numpy is there: linear algebra on small matrices takes up to twenty times as long where its threads wait for
# processors that other tests have.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from hypothesis import settings

# The first example of many tests compiles or loads a kernel: how long an example takes says nothing. The examples are
# the same every time, so that a change is judged by the change; `--hypothesis-profile=search` looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile("same")
