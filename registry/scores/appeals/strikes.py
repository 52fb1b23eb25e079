"""What errata strike, as a run of scores takes it."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.store.base import Reader
from registry.scores.appeals.errata import errata
from registry.scores.running.strike import Strike


async def strikes_in(reader: Reader) -> Sequence[Strike]:
    """Each rule that an erratum strikes, with the days."""
    found = [each for each in await errata(reader) if each.effect == "strike"]
    return [Strike(each.number, rule, each.first, each.last) for each in found for rule in each.rules]
