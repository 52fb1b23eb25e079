"""Registers the institutions with a client each, as `plumbline organisation`, `product` and `client` do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fhir_kernel.clock import Clock
from fhir_kernel.store.base import Store
from fhir_server.identity.organisations import Client, Organisation, Product
from fhir_server.identity.register import add_client, add_organisation, add_product
from fhir_server.identity.secrets import SecretHasher, new_secret

VENDOR = Organisation("demo-vendor", "示例软件公司", "vendor")
PRODUCT = Product("demo-his", "示例医院信息系统", VENDOR.id, ("3.1",))
SCOPES = "system/*.cruds"


def client_id(organisation: Organisation) -> str:
    """The id of the client by which an organisation sends."""
    return f"{organisation.id}-his"


async def register(store: Store, organisations: Iterable[Organisation], clock: Clock) -> Mapping[str, str]:
    """Register them, and return the secrets by ids of clients. Raises NotRegistered, StoreError."""
    hasher, secrets = SecretHasher(), {}
    await add_organisation(store, VENDOR)
    await add_product(store, PRODUCT)
    for each in organisations:
        await add_organisation(store, each)
        id_, secret = client_id(each), new_secret()
        hashed = hasher.hash(secret)
        client = Client(id_, each.name, each.id, SCOPES, hashed, clock(), PRODUCT.id, PRODUCT.versions[0])
        await add_client(store, client)
        secrets[id_] = secret
    return secrets
