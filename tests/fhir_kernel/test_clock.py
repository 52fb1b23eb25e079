from __future__ import annotations

import re
from datetime import UTC

from fhir_kernel.clock import Clock, NewId, random_id, system_clock


def test_the_system_clock_tells_the_zone() -> None:
    clock: Clock = system_clock
    assert clock().tzinfo is UTC


def test_random_ids_are_fhir_ids_and_differ() -> None:
    new_id: NewId = random_id
    ids = {new_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", each) for each in ids)
