"""Bundle.link: which relations a type of Bundle may have (https://hl7.org/fhir/R4/bundle.html)."""

from __future__ import annotations

from conformance.validator.access import object_of, rows_of, text_of, type_of
from conformance.validator.context import Context
from conformance.validator.reference_forms import is_absolute
from fhir_kernel.resource import Resource

_PAGING = ("first", "previous", "prev", "next", "last")
_PAGED = ("searchset", "history")
_STANDARD_STYLESHEETS = ("https://hl7.org/fhir/fhir.css", "http://hl7.org/fhir/fhir.css")


def check_links(bundle: Resource, path: str, context: Context) -> None:
    """Paging only where there are pages, each relation once, and stylesheets of documents that can be found."""
    kind = text_of(bundle, "type") or ""
    seen: set[str] = set()
    for at, link in rows_of(bundle, "link"):
        relation, place = text_of(link, "relation") or "", f"{path}.link[{at}]"
        if relation in _PAGING and kind not in _PAGED:
            context.report("bundle.link-paging", f"{place}.relation", found=relation, type=kind)
        elif relation in seen and relation in (*_PAGING, "self"):
            context.report("bundle.link-duplicate", place, found=relation)
        elif relation == "stylesheet" and kind == "document":
            _check_stylesheet(text_of(link, "url") or "", bundle, f"{place}.url", context)
        seen.add(relation)


def _check_stylesheet(url: str, bundle: Resource, path: str, context: Context) -> None:
    if not is_absolute(url):
        resources = (object_of(entry, "resource") for _, entry in rows_of(bundle, "entry"))
        if url not in (f"{type_of(resource)}/{resource.get('id')}" for resource in resources):
            context.report("bundle.stylesheet-missing", path, found=url)
    elif url not in _STANDARD_STYLESHEETS:
        context.report("bundle.stylesheet-external", path, found=url)
