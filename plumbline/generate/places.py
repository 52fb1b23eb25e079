"""Where people live: the provinces of GB/T 2260 with their seats, and invented streets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from fhir_kernel.resource import Resource
from plumbline.generate.weighted import Weighted, weighted
from terminology.code_tables.table import rows, tables

SEATS: Mapping[str, tuple[str, float]] = {
    "110000": ("北京市", 21.9),
    "120000": ("天津市", 13.9),
    "130000": ("石家庄市", 74.6),
    "140000": ("太原市", 34.9),
    "150000": ("呼和浩特市", 24.0),
    "210000": ("沈阳市", 42.6),
    "220000": ("长春市", 24.1),
    "230000": ("哈尔滨市", 31.9),
    "310000": ("上海市", 24.9),
    "320000": ("南京市", 84.7),
    "330000": ("杭州市", 64.6),
    "340000": ("合肥市", 61.0),
    "350000": ("福州市", 41.5),
    "360000": ("南昌市", 45.2),
    "370000": ("济南市", 101.5),
    "410000": ("郑州市", 99.4),
    "420000": ("武汉市", 57.8),
    "430000": ("长沙市", 66.4),
    "440000": ("广州市", 126.0),
    "450000": ("南宁市", 50.1),
    "460000": ("海口市", 10.1),
    "500000": ("重庆市", 32.1),
    "510000": ("成都市", 83.7),
    "520000": ("贵阳市", 38.6),
    "530000": ("昆明市", 47.2),
    "540000": ("拉萨市", 3.6),
    "610000": ("西安市", 39.5),
    "620000": ("兰州市", 25.0),
    "630000": ("西宁市", 5.9),
    "640000": ("银川市", 7.2),
    "650000": ("乌鲁木齐市", 25.9),
}
"""The seat of each province that issues identity numbers, and the millions who lived there at the census of 2020."""
_STREETS = (
    "和平路",
    "解放路",
    "人民路",
    "建设路",
    "中山路",
    "新华街",
    "文化路",
    "长江路",
    "学府街",
    "健康路",
    "幸福街",
)
_HOUSES, _FLOORS, _FLATS = 300, 30, 4


@dataclass(frozen=True, slots=True)
class Province:
    """`region` is the six-digit code of the province as a whole, so that no number made with it was ever issued."""

    region: str
    name: str
    seat: str


@cache
def provinces() -> Sequence[Province]:
    """The provinces, in the order of their codes."""
    table = next(each for each in tables() if each.id == "cn-regions")
    return tuple(Province(row.code, row.display, SEATS[row.code][0]) for row in rows(table) if row.code in SEATS)


@cache
def _by_people() -> Weighted[Province]:
    return weighted((each, SEATS[each.region][1]) for each in provinces())


def draw_province(rng: Random) -> Province:
    """A province, as likely as people live there."""
    return _by_people().draw(rng)


def draw_address(rng: Random, province: Province) -> Resource:
    """An Address (https://hl7.org/fhir/R4/datatypes.html#Address) of a home."""
    street = _STREETS[int(rng.random() * len(_STREETS))]
    house, floor = 1 + int(rng.random() * _HOUSES), 1 + int(rng.random() * _FLOORS)
    line = f"{street}{house}号{floor}{1 + int(rng.random() * _FLATS):02}室"
    place = province.seat if province.seat == province.name else province.name + province.seat
    return {
        "use": "home",
        "text": place + line,
        "line": [line],
        "city": province.seat,
        "state": province.name,
        "country": "CN",
    }
