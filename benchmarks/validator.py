"""The validator in process: bulk data, the official examples, large Bundles, and memory.

python -m benchmarks.validator
"""

from __future__ import annotations

import gc
import os
import resource
import statistics
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

from conformance.validator import Validator
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.resource import Resource
from terminology.local import LocalCodes

SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[2] / "shared"))
ROUNDS = 5


def main() -> None:
    """Print each figure on a line of its own."""
    catalog = open_core()
    validator = Validator(catalog, LocalCodes(catalog))
    synthea, examples = SHARED / "data/synthea-10.tar.gz", SHARED / "data/r4-examples.tar.gz"
    if not synthea.is_file() or not examples.is_file():
        print("skipped: PLUMBLINE_SHARED names no folder with data/synthea-10.tar.gz and data/r4-examples.tar.gz")
        return
    _bulk(validator, [line for text in _members(synthea, ".ndjson") for line in text.splitlines()])
    _examples(validator, list(_members(examples, ".json")))
    for entries in (10_000, 20_000):
        _bundle(validator, entries)
    print(f"memory, with all that was validated: {_megabytes():.0f} MB at the most")


def _bulk(validator: Validator, lines: list[bytes]) -> None:
    resources = [parse_json(line) for line in lines]
    _seconds(validator, resources)
    times = [_seconds(validator, resources) for _ in range(ROUNDS)]
    print(f"{len(resources)} bulk resources, warm: {len(resources) / statistics.median(times):,.0f} a second (median)")
    begun = time.perf_counter()
    for line in lines:
        validator.validate_bytes(line)
    seconds = time.perf_counter() - begun
    print(f"the same from bytes, with line and column of each finding: {len(lines) / seconds:,.0f} a second")


def _examples(validator: Validator, texts: list[bytes]) -> None:
    resources = [parse_json(text) for text in texts]
    _seconds(validator, resources)
    times = [_seconds(validator, resources) for _ in range(ROUNDS)]
    mean = statistics.median(times) / len(resources)
    print(f"{len(resources)} official examples, warm: {mean * 1000:.2f} ms each (mean; median of {ROUNDS} rounds)")


def _bundle(validator: Validator, entries: int) -> None:
    bundle = _collection(entries)
    begun = time.perf_counter()
    report = validator.validate(bundle)
    seconds = time.perf_counter() - begun
    print(f"Bundle of {entries} entries with references: {seconds:.2f} s, valid: {report.valid}")


def _collection(entries: int) -> Resource:
    """A collection of one patient and Observations that refer to it and to the one before."""
    base = "http://hospital.example.cn/fhir"
    patient = {"resourceType": "Patient", "id": "p"}
    rows: list[Resource] = [{"fullUrl": f"{base}/Patient/p", "resource": patient}]
    for number in range(1, entries):
        observation: Resource = {
            "resourceType": "Observation",
            "id": f"o{number}",
            "status": "final",
            "code": {"text": "血糖"},
            "subject": {"reference": "Patient/p"},
            "valueQuantity": {"value": 5, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
        }
        if number > 1:
            observation["derivedFrom"] = [{"reference": f"Observation/o{number - 1}"}]
        rows.append({"fullUrl": f"{base}/Observation/o{number}", "resource": observation})
    return {"resourceType": "Bundle", "type": "collection", "entry": rows}


def _seconds(validator: Validator, resources: list[Resource]) -> float:
    gc.collect()
    gc.freeze()  # as a server does: what is loaded is not searched for garbage again and again
    begun = time.perf_counter()
    for each in resources:
        validator.validate(each)
    return time.perf_counter() - begun


def _members(archive: Path, ending: str) -> Iterator[bytes]:
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member) if member.name.endswith(ending) else None
            if content is not None:
                yield content.read()


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
