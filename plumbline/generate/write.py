"""Writes made-up records to files: NDJSON, one file a type, or transaction Bundles, one a line.

https://hl7.org/fhir/R4/nd-json.html, https://hl7.org/fhir/R4/http.html#transaction
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import IO, Literal

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.resource import Resource
from plumbline.generate.faults import Made

Shape = Literal["ndjson", "bundles"]
BUNDLES = "Bundle.ndjson"
FAULTS = "faults.csv"
"""The list of what was made wrong: type, id, name of the fault, element, what R4 alone finds."""
ENTRIES = 100
"""How many entries a Bundle has; the last one fewer."""
_BASE = "https://plumbline.dev/fhir/generated"
"""The address in fullUrl, where nobody answers."""
_TOLD_AFTER = 1_000


def write_records(
    made: Iterable[Made], folder: Path, shape: Shape, told: Callable[[int], None] = lambda _count: None
) -> Mapping[str, int]:
    """Write the resources below `folder` and the list of faults; how many there are of each type. Raises OSError.

    `told` hears now and then how many are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts: Counter[str] = Counter()
    with (folder / FAULTS).open("w", encoding="utf-8", newline="") as faults:
        resources = _watched(made, faults, counts, told)
        if shape == "bundles":
            _write_bundles(resources, folder / BUNDLES)
        else:
            _write_by_type(resources, folder)
    return counts


def _watched(
    made: Iterable[Made], faults: io.TextIOBase | IO[str], counts: Counter[str], told: Callable[[int], None]
) -> Iterator[Resource]:
    rows = csv.writer(faults, lineterminator="\n")
    rows.writerow(("type", "id", "fault", "element", "found"))
    for number, each in enumerate(made, 1):
        kind, fault = each.resource["resourceType"], each.fault
        counts[kind] += 1
        if fault is not None:
            rows.writerow((kind, each.resource["id"], fault.name, fault.element, fault.found))
        if number % _TOLD_AFTER == 0:
            told(number)
        yield each.resource


def _write_by_type(resources: Iterable[Resource], folder: Path) -> None:
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for resource in resources:
            kind = resource["resourceType"]
            if kind not in files:
                files[kind] = stack.enter_context((folder / f"{kind}.ndjson").open("wb"))
            files[kind].write(write_json(resource) + b"\n")


def _write_bundles(resources: Iterator[Resource], path: Path) -> None:
    with path.open("wb") as file:
        for bundle in bundles(resources):
            file.write(write_json(bundle) + b"\n")


def bundles(resources: Iterator[Resource], entries: int = ENTRIES) -> Iterator[Resource]:
    """Transactions that update each resource by its id, in the order in which they come."""
    while part := list(islice(resources, entries)):
        yield {"resourceType": "Bundle", "type": "transaction", "entry": [_entry(each) for each in part]}


def _entry(resource: Resource) -> Resource:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": f"{_BASE}/{url}", "resource": resource, "request": {"method": "PUT", "url": url}}
