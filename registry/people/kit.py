"""What everything that writes about people needs: where it is kept, what time it is, new ids, the audit trail."""

from __future__ import annotations

from dataclasses import dataclass

from fhir_kernel.clock import Clock, NewId
from fhir_kernel.store.base import Reader, Store, Transaction
from fhir_server.identity.audit import Auditor
from fhir_server.identity.deeds import Deed
from fhir_server.repository import AUDIT
from registry.people.person import PEOPLE, Person, person_of
from registry.refusal import Refused
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Kit:
    """Made once in each process."""

    store: Store
    auditor: Auditor
    clock: Clock
    new_id: NewId

    async def note(self, transaction: Transaction, deed: Deed) -> None:
        """Write a deed into the audit trail, in the commit in which it is done."""
        await transaction.append(AUDIT, [self.auditor.deed(deed, self.clock())])

    async def note_alone(self, deed: Deed) -> None:
        """Write a deed that changes nothing into the audit trail."""

        async def work(transaction: Transaction) -> None:
            await self.note(transaction, deed)

        await self.store.commit(work)


async def person_in(reader: Reader, id_: str) -> Person:
    """The person of an id. Raises Refused (missing)."""
    kept = await reader.load(PEOPLE, id_)
    if kept is None:
        raise Refused("missing", (Sentence(f"there is no person {id_}", f"没有编号为 {id_} 的人员"),))
    return person_of(id_, kept)


async def save_person(transaction: Transaction, person: Person) -> None:
    """Put a person in the place of the one of this id."""
    await transaction.save(PEOPLE, person.id, person.document())
