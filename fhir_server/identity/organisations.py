"""Who takes part: organisations, the products that vendors make, and the clients by which institutions send records.

Each is kept as a document of the store, by its id, in the collection of its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from fhir_kernel.store.records import Document

ORGANISATIONS, PRODUCTS, CLIENTS = "organisations", "products", "clients"
"""The collections."""
Kind = Literal["institution", "vendor", "authority"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Status = Literal["active", "suspended"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """An institution that keeps records, a vendor of products, or an authority."""

    id: str
    name: str
    kind: Kind
    credit_code: str = ""
    """Its unified social credit code; empty where it has none."""
    jurisdiction: str = ""
    """The code of the administrative division (GB/T 2260) it belongs to: `310115`."""
    classification: str = ""
    """Its class among organisations of its kind, in the words of its authority: `tertiary-a`."""

    def document(self) -> Document:
        """As it is kept."""
        return {
            "name": self.name,
            "kind": self.kind,
            "creditCode": self.credit_code,
            "jurisdiction": self.jurisdiction,
            "class": self.classification,
        }


@dataclass(frozen=True, slots=True)
class Product:
    """Software that a vendor makes, with the versions of it that are known."""

    id: str
    name: str
    vendor: str
    """The id of the organisation."""
    versions: tuple[str, ...] = ()

    def document(self) -> Document:
        """As it is kept."""
        return {"name": self.name, "vendor": self.vendor, "versions": list(self.versions)}


@dataclass(frozen=True, slots=True)
class Client:
    """An installation of a product at an organisation, which may ask for tokens while it is active."""

    id: str
    name: str
    organisation: str
    scopes: str
    """What it may be granted at most: scopes of SMART, separated by spaces."""
    secret_hash: str = field(repr=False)
    created: datetime
    product: str = ""
    product_version: str = ""
    status: Status = "active"
    is_practice: bool = False
    """Whether what it sends is for practice, and counts for no score."""

    @property
    def is_active(self) -> bool:
        return self.status == "active"

    def document(self) -> Document:
        """As it is kept."""
        return {
            "name": self.name,
            "organisation": self.organisation,
            "scopes": self.scopes,
            "secretHash": self.secret_hash,
            "created": self.created.isoformat(),
            "product": self.product,
            "productVersion": self.product_version,
            "status": self.status,
            "practice": self.is_practice,
        }


def organisation_of(id_: str, kept: Document) -> Organisation:
    """The organisation that was kept as a document."""
    text = _texts(kept)
    kind: Kind = kept["kind"]
    return Organisation(id_, text["name"], kind, text["creditCode"], text["jurisdiction"], text["class"])


def product_of(id_: str, kept: Document) -> Product:
    """The product that was kept as a document."""
    return Product(id_, str(kept["name"]), str(kept["vendor"]), tuple(map(str, kept["versions"])))


def client_of(id_: str, kept: Document) -> Client:
    """The client that was kept as a document; one whose status is not known counts as suspended."""
    text = _texts(kept)
    return Client(
        id_,
        text["name"],
        text["organisation"],
        text["scopes"],
        text["secretHash"],
        datetime.fromisoformat(text["created"]),
        text["product"],
        text["productVersion"],
        "active" if text["status"] == "active" else "suspended",
        kept.get("practice") is True,
    )


def _texts(kept: Document) -> dict[str, str]:
    return {name: value for name, value in kept.items() if isinstance(value, str)}
