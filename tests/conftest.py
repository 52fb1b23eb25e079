"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# In continuous integration the same cases are tried each time, so that a failure is that of the change; elsewhere the
# search goes on.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
