"""The first administrator, who is made at the command line: there is no password that came with the product."""

from __future__ import annotations

from fhir_kernel.store.base import Transaction
from fhir_server.identity.deeds import Deed
from fhir_server.identity.secrets import SecretHasher
from registry.people.credentials import CREDENTIALS, Credentials
from registry.people.grants import GRANTS, Grant
from registry.people.kit import Kit
from registry.people.passwords import normalised
from registry.people.person import Person
from registry.people.register import add_person
from registry.people.roles import ADMINISTRATOR
from registry.people.scope import Scope
from registry.people.setting_passwords import check_password


async def create_administrator(
    kit: Kit, hasher: SecretHasher, login: str, password: str, *, name: str, organisation: str = "", contact: str = ""
) -> Person:
    """Add an active person who administers everything, without an end; nobody needs to be there before.

    Whoever can write to the store can do this at any time: it is also the way back where every password is lost.
    Raises Refused, StoreError.
    """
    login = login.strip().lower()
    check_password(password, login)
    hashed, now = hasher.hash(normalised(password)), kit.clock()
    person = Person(kit.new_id(), login, name, now, organisation, "active", "", contact)

    async def work(transaction: Transaction) -> Person:
        await add_person(transaction, person)
        await transaction.save(CREDENTIALS, person.id, Credentials(hashed).document())
        grant = Grant(kit.new_id(), person.id, ADMINISTRATOR, Scope.everything(), now, "", now)
        await transaction.save(GRANTS, grant.name, grant.document())
        details = {"change": "administrator created", "role": grant.role, "scope": str(grant.scope)}
        await kit.note(transaction, Deed("account", "C", "", person.id, details))
        return person

    return await kit.store.commit(work)
