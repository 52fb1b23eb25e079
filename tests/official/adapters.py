"""What the scorers of the published suites call: `validate(case)`, `fhirpath(…)` and `snapshot(…)`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from fhirpath_adapter import fhirpath
from snapshot_adapter import snapshot

from conformance.validator import Policy, Validator
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.codec.xml_codec import from_xml
from fhir_kernel.definitions.catalog import Catalog, open_core
from fhir_kernel.errors import PlumblineError
from fhir_kernel.resource import Resource
from terminology.local import LocalCodes

__all__ = ["fhirpath", "snapshot", "validate"]


@cache
def core() -> Catalog:
    return open_core()


def validate(case: dict[str, Any]) -> Resource:
    """The OperationOutcome for one run of the validator pack, under the harness's defaults."""
    loaded = [each for path in case["supporting"] for each in _definitions(Path(path))]
    catalog = core().extended(loaded) if loaded else core()
    validator = Validator(catalog, LocalCodes(catalog), _policy(case), _resolver(case))
    name = Path(case["resource"]).name
    report = validator.validate_bytes(Path(case["resource"]).read_bytes(), case["profiles"], name=name)
    return report.to_operation_outcome()


def _definitions(path: Path) -> list[Resource]:
    data = path.read_bytes()
    try:
        resource = from_xml(data, core().model) if path.suffix == ".xml" else parse_json(data)
    except PlumblineError:
        return []
    if resource.get("resourceType") == "Bundle":
        return [entry["resource"] for entry in resource.get("entry", ()) if "resource" in entry]
    return [resource]


def _policy(case: dict[str, Any]) -> Policy:
    options = case["options"]
    allows_examples = options.get("examples", True)
    return Policy(
        unknown_extension="error",
        relative_canonical="error",
        best_practice=options.get("best-practice", "ignore").lower().replace("hint", "information"),
        references="follow" if options.get("validateReference") else "local",
        html_in_strings="error" if options.get("security-checks") else "ignore",
        html_in_markdown="error" if options.get("noHtmlInMarkdown") else "ignore",
        example_urls="ignore" if allows_examples else "error",
        open_extension_domains=() if options.get("examples") is False else Policy().open_extension_domains,
        allow_json_comments=bool(options.get("allow-comments")),
        publishing=bool(options.get("for-publication")),
    )


def _resolver(case: dict[str, Any]) -> Callable[[str], Resource | None]:
    files = case["reference_files"]

    def resolve(reference: str) -> Resource | None:
        path = files.get(reference)
        return _definitions(Path(path))[0] if path else None

    return resolve
