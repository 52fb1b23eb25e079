from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.errors import LimitExceeded
from fhir_server.resource_cache import CacheLimits, ResourceCache
from tests.fhir_server.world import Clock

RESOURCES = st.builds(
    lambda url, text: {"resourceType": "ValueSet", "url": url, "title": text},
    st.sampled_from("abc"),
    st.text(max_size=20),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(["start", "add", "end", "wait"]), st.integers(0, 3), st.lists(RESOURCES, max_size=3)),
    max_size=20,
)


@given(STEPS)
def test_the_bounds_hold_whatever_clients_do(steps):
    clock, ids = Clock(), map(str, itertools.count())
    cache = ResourceCache(CacheLimits(2, 300, 10.0), clock, lambda: next(ids))
    known: list[str] = []
    for what, which, resources in steps:
        target = known[which % len(known)] if known else "none"
        try:
            if what == "start":
                known.append(cache.start(resources))
            elif what == "add":
                cache.add(target, resources)
        except LimitExceeded:
            pass
        if what == "end":
            cache.end(target)
        elif what == "wait":
            clock.seconds += which * 4
        held = [each for each in map(cache.resources, known) if each is not None]
        assert len(held) <= 2
        assert sum(len(write_json(each)) for resources in held for each in resources) <= 300


def test_room_is_made_by_what_ends_and_what_is_idle():
    clock, ids = Clock(), map(str, itertools.count())
    cache = ResourceCache(CacheLimits(1, 1_000, 10.0), clock, lambda: next(ids))
    first = cache.start()
    with pytest.raises(LimitExceeded):
        cache.start()
    clock.seconds = 10.0
    second = cache.start()
    assert cache.resources(first) is None
    cache.end(second)
    assert cache.start() == "2"
