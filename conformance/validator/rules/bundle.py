"""Rules for Bundle beyond its StructureDefinition (https://hl7.org/fhir/R4/bundle.html).

What the invariants bdl-1 … bdl-12 say is left to them.
"""

from __future__ import annotations

from conformance.validator.access import object_of, rows_of, text_of, type_of
from conformance.validator.context import Context, RuleTable
from conformance.validator.reference_forms import is_absolute, restful_base
from conformance.validator.rules.bundle_document import check_document, check_message
from conformance.validator.rules.bundle_links import check_links
from conformance.validator.rules.bundle_search import check_search_set
from conformance.validator.rules.bundle_transaction import check_transaction
from fhir_kernel.resource import Resource

_BY_TYPE = {
    "document": check_document,
    "message": check_message,
    "searchset": check_search_set,
    "transaction": check_transaction,
    "batch": check_transaction,
}
_FULL_URL_OPTIONAL = ("transaction", "transaction-response", "batch", "batch-response")
_OLD_CODE_SYSTEMS = ("http://hl7.org/fhir/v3/", "http://hl7.org/fhir/v2/")


def check_bundle(resource: Resource, path: str, context: Context) -> None:
    """Links, the rules of the Bundle's type, and every entry's fullUrl."""
    check_links(resource, path, context)
    by_type = _BY_TYPE.get(text_of(resource, "type") or "")
    if by_type is not None:
        by_type(resource, path, context)
    _check_full_urls(resource, path, context)


RULES: RuleTable = {"Bundle": (check_bundle,)}


def _check_full_urls(bundle: Resource, path: str, context: Context) -> None:
    kind = text_of(bundle, "type")
    relative: list[int] = []
    for at, entry in rows_of(bundle, "entry"):
        full_url = text_of(entry, "fullUrl")
        if full_url is None:
            is_optional = kind in _FULL_URL_OPTIONAL or "fullUrl" in entry or "_fullUrl" in entry
            if not is_optional and not _is_outcome(entry):
                context.report("bundle.full-url-missing", f"{path}.entry[{at}]", type=kind)
        elif not is_absolute(full_url):
            relative.append(at)
        elif resource := object_of(entry, "resource"):
            _check_identity(resource, full_url, f"{path}.entry[{at}]", context)
    _report_relative(relative, bundle, path, context)


def _is_outcome(entry: Resource) -> bool:
    """Whether the entry tells of the search itself: that OperationOutcome is stored nowhere and has no identity."""
    return object_of(entry, "search").get("mode") == "outcome"


def _report_relative(relative: list[int], bundle: Resource, path: str, context: Context) -> None:
    """One issue at the first relative fullUrl, which names the others: they nearly always share one cause."""
    if not relative:
        return
    first, *others = relative
    full_url = bundle["entry"][first]["fullUrl"]
    place = f"{path}.entry[{first}].fullUrl"
    if not others:
        context.report("bundle.full-url-relative", place, found=full_url)
        return
    listed = ", ".join(f"entry[{at}]" for at in others[:10]) + (" …" if len(others) > 10 else "")
    context.report("bundle.full-urls-relative", place, found=full_url, count=len(others), others=listed)


def _check_identity(resource: Resource, full_url: str, path: str, context: Context) -> None:
    kind, resource_id = type_of(resource), text_of(resource, "id")
    if _is_restful(full_url, context):
        if resource_id is None:
            context.report("bundle.full-url-no-id", f"{path}.fullUrl", found=full_url)
        elif not full_url.partition("/_history/")[0].endswith(f"/{kind}/{resource_id}"):
            context.report(
                "bundle.full-url-mismatch", f"{path}.fullUrl", found=full_url, expected=f"/{kind}/{resource_id}"
            )
    elif resource.get("url") == full_url and not full_url.startswith(_OLD_CODE_SYSTEMS):
        context.report("bundle.full-url-canonical", f"{path}.fullUrl", found=full_url)


def _is_restful(full_url: str, context: Context) -> bool:
    base = restful_base(full_url)
    return base is not None and context.catalog.model.is_resource(full_url[len(base) :].partition("/")[0])
