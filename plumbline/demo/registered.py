"""Registers institutions with a client each, as `plumbline organisation`, `product` and `client` do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fhir_kernel.clock import Clock
from fhir_kernel.store.base import Store
from fhir_server.identity.organisations import Client, Organisation, Product
from fhir_server.identity.register import add_client, add_organisation, add_product
from fhir_server.identity.secrets import SecretHasher, new_secret

VENDOR = Organisation("demo-vendor", "示例软件公司", "vendor")
PRODUCT = Product("demo-his", "示例医院信息系统", VENDOR.id, ("3.1",))
SCOPES = "system/*.cruds"


@dataclass(frozen=True, slots=True)
class Installation:
    """A version of a vendor's product at an organisation."""

    organisation: Organisation
    vendor: Organisation = VENDOR
    product: Product = PRODUCT
    version: str = PRODUCT.versions[0]


def client_id(organisation: Organisation) -> str:
    """The id of the client by which an organisation sends."""
    return f"{organisation.id}-his"


async def register(store: Store, installations: Iterable[Installation], clock: Clock) -> Mapping[str, str]:
    """Register them, and return the secrets by ids of clients. Raises NotRegistered, StoreError."""
    hasher, secrets, vendors = SecretHasher(), {}, set[str]()
    for each in installations:
        if each.vendor.id not in vendors:
            await add_organisation(store, each.vendor)
            vendors.add(each.vendor.id)
        await add_product(store, each.product)
        await add_organisation(store, each.organisation)
        id_, secret = client_id(each.organisation), new_secret()
        organisation = each.organisation
        hashed = hasher.hash(secret)
        client = Client(id_, organisation.name, organisation.id, SCOPES, hashed, clock(), each.product.id, each.version)
        await add_client(store, client)
        secrets[id_] = secret
    return secrets
