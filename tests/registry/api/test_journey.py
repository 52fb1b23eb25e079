"""From an anonymous proposal to the hands of those who publish, every step over HTTP."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio


async def test_a_proposal_gets_as_far_as_its_number_by_steps_that_are_said_to_lack_nothing(registry):
    registry.is_checking = True
    await registry.to_approval()
    await registry.file("i", "coordination-opinion")
    await registry.act("i", "approve")
    shown = await registry.shown()
    assert shown["standing"]["state"] == "50.99"
    assert shown["states"]["package"] == "ballot"
    events = (await registry.done("listEvents", id=registry.project))["events"]
    assert [each["number"] for each in events] == list(range(1, shown["number"] + 1))
