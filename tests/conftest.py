"""What all tests share."""

from __future__ import annotations

import gc
import os

from hypothesis import settings

# As the command line does: definitions are many and stay, and looking through them often is a third of the time.
gc.set_threshold(100_000, 20, 100)

# In continuous integration the same cases are tried each time, so that a failure is that of the change; elsewhere the
# search goes on.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
