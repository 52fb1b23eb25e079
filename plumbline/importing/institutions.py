"""The organisation that imported records come from: one that is registered, lest its score be kept under a slip."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from fhir_kernel.store.base import Store
from fhir_server.identity.organisations import Organisation
from fhir_server.identity.register import NotRegistered, organisations

_MOST = 3


async def check_institution(store: Store, id_: str) -> None:
    """Raises NotRegistered where no organisation has this id; it names those that may be meant. Raises StoreError."""
    known = await organisations(store)
    if any(each.id == id_ for each in known):
        return
    near = "; ".join(f"{each.id} ({each.name})" for each in _near(id_, known))
    hint = f"did you mean {near}?" if near else "'plumbline organisation list' tells which there are."
    command = f"plumbline organisation add {id_} --name NAME --kind institution"
    raise NotRegistered(f"the institution '{id_}' is not registered; {hint} To register it: {command}")


def _near(id_: str, known: Sequence[Organisation]) -> Sequence[Organisation]:
    """Those whose id or name is much like it."""
    spelt = {each.id.casefold(): each for each in known} | {each.name.casefold(): each for each in known}
    found = [spelt[each] for each in get_close_matches(id_.casefold(), sorted(spelt), _MOST)]
    return list(dict.fromkeys(found))
