"""A vendor tries the records of its product against the standard: free, unscored, nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from plumbline.demo.provinces.cast import PRACTISES
from plumbline.demo.registry.scene import Scene, Told
from plumbline.demo.scores.table import told_of

_RECORDS, _RULES = 150, 3


def practise(scene: Scene) -> Iterator[Told]:
    """The records of a few days; nobody has to log in."""
    evaluation = scene.evaluation
    days = evaluation.months[evaluation.first][PRACTISES].by_day.values()
    entries = [{"resource": each} for each in islice(chain.from_iterable(days), _RECORDS)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    told = scene.place.asking.done("practise", bundle)
    count, refused = told["records"], told["refused"]
    its = evaluation.members[PRACTISES].installation
    en = f"{count} records of {its.product.name} {its.version}: the server would refuse {refused}"
    yield scene.seen(en, f"{its.product.name} {its.version} 的 {count} 条记录中 {refused} 条将被拒绝")
    for each in told["rules"][:_RULES]:
        asked = told_of(scene, {**each, "dataSet": each["profile"]})
        yield scene.seen(*(f"{asked} ({each['failed']}/{each['asked']})",) * 2)
