"""Who takes part: two vendors, and four institutions in each of three provinces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fhir_kernel.resource import Resource
from fhir_server.identity.organisations import Organisation, Product
from plumbline.demo.provinces.quality import (
    CAREFUL,
    CARELESS,
    DOUBLING,
    LATE,
    OF_PRODUCTS,
    PLAIN,
    REPEATING,
    WITHHOLDING,
    Quality,
)
from plumbline.demo.registered import Installation
from plumbline.generate.institutions import Hospital, found_hospital
from plumbline.generate.places import Province, provinces
from plumbline.generate.population import random_of

ZHENGYUAN = Organisation("vendor-zhengyuan", "正元软件（样例）", "vendor")
YUANFAN = Organisation("vendor-yuanfan", "远帆信息（样例）", "vendor")
_GOOD = Product("zhengyuan-his", "正元HIS", ZHENGYUAN.id, ("4.2",))
_WEAK = Product("yuanfan-his", "远帆云HIS", YUANFAN.id, ("1.8", "2.0"))
PROVINCES = 3


@dataclass(frozen=True, slots=True)
class Place:
    """One of the four of each province."""

    kind: str
    classification: str
    vendor: Organisation
    product: Product
    version: str
    visits: int
    """Those of a day."""


PLACES = (
    Place("样例人民医院", "tertiary", ZHENGYUAN, _GOOD, "4.2", 3),
    Place("样例中医医院", "secondary", ZHENGYUAN, _GOOD, "4.2", 2),
    Place("样例第二医院", "secondary", YUANFAN, _WEAK, "1.8", 2),
    Place("样例社区卫生服务中心", "community", YUANFAN, _WEAK, "2.0", 2),
)
COMMUNITY = "community"
_OWN = (
    (CAREFUL, CAREFUL.over(REPEATING), PLAIN, CAREFUL),
    (PLAIN, PLAIN.over(WITHHOLDING), CARELESS, PLAIN.over(LATE)),
    (CAREFUL, PLAIN, PLAIN, PLAIN.over(DOUBLING)),
)
"""By province and place, how an institution does whatever its software."""
PRACTISES, APPEALS, MENDS = 2, 6, 7
"""The numbers of those whose vendor practises with their records, that appeal, and that mend what is named first."""


@dataclass(frozen=True, slots=True)
class Member:
    """An institution, with what its software and its people get wrong, and what it knows of itself."""

    installation: Installation
    hospital: Hospital
    resources: Sequence[Resource]
    """Itself and its doctors."""
    visits: int
    quality: Quality

    @property
    def id(self) -> str:
        """That of the institution."""
        return self.installation.organisation.id

    @property
    def name(self) -> str:
        """That of the institution."""
        return self.installation.organisation.name

    @property
    def classification(self) -> str:
        """That of the institution."""
        return self.installation.organisation.classification


def cast(seed: int) -> Sequence[Member]:
    """All of them, by province; the same for the same seed."""
    chosen = random_of(seed, "provinces").sample(provinces(), PROVINCES)
    return [
        _member(seed, province, place, own)
        for province, owns in zip(chosen, _OWN, strict=True)
        for place, own in zip(PLACES, owns, strict=True)
    ]


def _member(seed: int, province: Province, place: Place, own: Quality) -> Member:
    id_, name = f"{province.region[:2]}h{PLACES.index(place) + 1}", f"{province.seat}{place.kind}"
    hospital, resources = found_hospital(random_of(seed, id_), id_, name, province)
    code = resources[0]["identifier"][0]["value"]
    organisation = Organisation(id_, name, "institution", code, province.region, place.classification)
    installation = Installation(organisation, place.vendor, place.product, place.version)
    return Member(installation, hospital, resources, place.visits, own.over(OF_PRODUCTS[place.version]))
