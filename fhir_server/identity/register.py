"""The register of who takes part: what is added, what is changed, and what must hold between its entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from fhir_kernel.errors import PlumblineError
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.records import Document
from fhir_server.identity.credit_code import credit_code_problem
from fhir_server.identity.narrowing import CriteriaRefused, criterion_of
from fhir_server.identity.organisations import (
    CLIENTS,
    ORGANISATIONS,
    PRODUCTS,
    Client,
    Organisation,
    Product,
    client_of,
    organisation_of,
    product_of,
)
from fhir_server.identity.scopes import ANY, Scope, parse_scopes
from fhir_server.search.index import SearchIndex

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_DIVISION = re.compile(r"[1-9][0-9]{5}")


class NotRegistered(PlumblineError):
    """An entry cannot be made or changed; the message says why, and what is expected."""


def criteria_checker(index: SearchIndex, now: datetime) -> Callable[[Scope], None]:
    """Says of a scope with criteria whether they can be kept to, as far as `index` knows; raises NotRegistered."""

    def check(scope: Scope) -> None:
        if scope.type != ANY and not index.is_type(scope.type):
            raise NotRegistered(f"the scope '{scope}' is about {scope.type}, which is no type of resource")
        types = index.types if scope.type == ANY else (scope.type,)
        try:
            criterion_of(index, types, scope.criteria, now)
        except CriteriaRefused as error:
            raise NotRegistered(f"the scope '{scope}' cannot be kept to: {error}") from error

    return check


def without_criteria(scope: Scope) -> None:
    """Says of no scope with criteria that they can be kept to. Raises NotRegistered."""
    raise NotRegistered(f"the scope '{scope}' has criteria, and nobody is here who understands them; expected none")


async def add_organisation(store: Store, organisation: Organisation) -> None:
    """Register an organisation. Raises NotRegistered, StoreError."""
    if organisation.credit_code and (problem := credit_code_problem(organisation.credit_code)):
        raise NotRegistered(problem)
    if organisation.jurisdiction and not _DIVISION.fullmatch(organisation.jurisdiction):
        text = f"the jurisdiction is '{organisation.jurisdiction}'; expected the six digits of GB/T 2260, as 310115"
        raise NotRegistered(text)
    await _add(store, ORGANISATIONS, organisation.id, organisation.document(), ())


async def add_product(store: Store, product: Product) -> None:
    """Register a product, or further versions of it. Raises NotRegistered, StoreError."""
    _check_id(product.id)

    async def work(transaction: Transaction) -> None:
        await _check_there(transaction, ORGANISATIONS, product.vendor)
        kept = await transaction.load(PRODUCTS, product.id)
        made = product
        if kept is not None:
            before = product_of(product.id, kept)
            if before.vendor != product.vendor:
                raise NotRegistered(f"the product {product.id} is of {before.vendor}, not of {product.vendor}")
            made = replace(product, versions=tuple(dict.fromkeys((*before.versions, *product.versions))))
        await transaction.save(PRODUCTS, product.id, made.document())

    await store.commit(work)


async def add_client(store: Store, client: Client, check: Callable[[Scope], None] = without_criteria) -> None:
    """Register a client; `check` says whether criteria of scopes can be kept to. Raises NotRegistered, StoreError."""
    scopes, unknown = parse_scopes(client.scopes)
    if unknown or not scopes:
        found = unknown[0] if unknown else ""
        raise NotRegistered(f"'{found}' is no system scope; expected such as system/Patient.rs or system/*.cruds")
    for scope in scopes:
        if scope.criteria:
            check(scope)
    needs = [(ORGANISATIONS, client.organisation)]
    needs += [(PRODUCTS, client.product)] if client.product else []
    await _add(store, CLIENTS, client.id, client.document(), needs, lambda kept: _check_version(client, kept))


async def change_client(store: Store, id_: str, change: Callable[[Client], Client]) -> Client:
    """Put what `change` makes of a client in its place, and return it. Raises NotRegistered, StoreError."""

    async def work(transaction: Transaction) -> Client:
        kept = await _check_there(transaction, CLIENTS, id_)
        made = change(client_of(id_, kept))
        await transaction.save(CLIENTS, id_, made.document())
        return made

    return await store.commit(work)


async def organisations(store: Store) -> Sequence[Organisation]:
    """All that are registered, by id. Raises StoreError."""
    return await _all(store, ORGANISATIONS, organisation_of)


async def products(store: Store) -> Sequence[Product]:
    """All that are registered, by id. Raises StoreError."""
    return await _all(store, PRODUCTS, product_of)


async def clients(store: Store) -> Sequence[Client]:
    """All that are registered, by id. Raises StoreError."""
    return await _all(store, CLIENTS, client_of)


_Entry = TypeVar("_Entry")


async def _all(store: Store, collection: str, make: Callable[[str, Document], _Entry]) -> Sequence[_Entry]:
    found = await store.listed(collection)
    return [make(id_, kept) for id_, kept in found]


def _nothing_more(_needed: Sequence[Document]) -> None:
    """Check nothing."""


async def _add(
    store: Store,
    collection: str,
    id_: str,
    document: Document,
    needs: Sequence[tuple[str, str]],
    check: Callable[[Sequence[Document]], None] = _nothing_more,
) -> None:
    _check_id(id_)

    async def work(transaction: Transaction) -> None:
        check([await _check_there(transaction, *need) for need in needs])
        if await transaction.load(collection, id_) is not None:
            raise NotRegistered(f"there is an entry '{id_}' among the {collection} already")
        await transaction.save(collection, id_, document)

    await store.commit(work)


async def _check_there(transaction: Transaction, collection: str, id_: str) -> Document:
    kept = await transaction.load(collection, id_)
    if kept is None:
        raise NotRegistered(f"there is no '{id_}' among the {collection}")
    return kept


def _check_version(client: Client, needed: Sequence[Document]) -> None:
    if client.product and client.product_version not in needed[-1]["versions"]:
        known = ", ".join(needed[-1]["versions"]) or "none"
        raise NotRegistered(f"the product {client.product} has no version '{client.product_version}'; known: {known}")


def _check_id(id_: str) -> None:
    if not _ID.fullmatch(id_):
        raise NotRegistered(f"the id is '{id_}'; expected at most 64 letters, digits, '-' and '.'")
