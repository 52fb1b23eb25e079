"""Requests of transactions and batches (https://hl7.org/fhir/R4/http.html#transaction)."""

from __future__ import annotations

import re

from conformance.validator.access import object_of, rows_of, text_of, type_of
from conformance.validator.context import Context
from fhir_kernel.resource import Resource

_WITH_BODY = ("POST", "PUT", "PATCH")
_CHANGES_ONE = ("PUT", "PATCH", "DELETE")
_ENTITY_TAG = re.compile(r'(W/)?"[^"]*"')


def check_transaction(bundle: Resource, path: str, context: Context) -> None:
    """Each request's method, URL and resource agree, and a transaction changes no resource twice."""
    changed: dict[str, str] = {}
    for at, entry in rows_of(bundle, "entry"):
        request, place = object_of(entry, "request"), f"{path}.entry[{at}]"
        if not request:
            continue
        method, url = text_of(request, "method") or "", text_of(request, "url") or ""
        _check_body(entry, method, url, place, context)
        _check_conditions(request, method, f"{place}.request", context)
        if bundle.get("type") == "transaction" and method in _CHANGES_ONE:
            if url in changed:
                context.report("bundle.request-twice", f"{place}.request.url", found=url, other=changed[url])
            changed.setdefault(url, f"entry[{at}]")


def _check_body(entry: Resource, method: str, url: str, path: str, context: Context) -> None:
    resource = object_of(entry, "resource")
    if method in _WITH_BODY and not resource and "$" not in url:
        context.report("bundle.request-no-resource", path, found=method)
    elif method in ("GET", "HEAD", "DELETE") and resource:
        context.report("bundle.request-extra-resource", f"{path}.resource", found=method)
    elif resource and method in ("POST", "PUT"):
        _check_url(resource, method, url, f"{path}.request.url", context)


def _check_url(resource: Resource, method: str, url: str, path: str, context: Context) -> None:
    kind, resource_id = type_of(resource), text_of(resource, "id")
    target, _, criteria = url.partition("?")
    if "://" in target or "$" in target or "_search" in target:
        return
    named_type, _, named_id = target.strip("/").partition("/")
    if not context.catalog.model.is_resource(named_type):
        return
    if named_type != kind:
        context.report("bundle.request-wrong-type", path, found=url, method=method, expected=kind)
    elif method == "PUT" and not criteria and named_id != (resource_id or named_id):
        context.report("bundle.request-wrong-id", path, found=url, expected=f"{kind}/{resource_id}")


def _check_conditions(request: Resource, method: str, path: str, context: Context) -> None:
    for name in ("ifMatch", "ifNoneMatch"):
        tag = request.get(name)
        if isinstance(tag, str) and tag != "*" and not _ENTITY_TAG.fullmatch(tag):
            context.report("bundle.request-entity-tag", f"{path}.{name}", found=tag)
    if "ifNoneExist" in request and method != "POST":
        context.report(
            "bundle.request-condition", f"{path}.ifNoneExist", found="ifNoneExist", method=method, expected="POST"
        )
    if "ifMatch" in request and method not in _CHANGES_ONE:
        expected = ", ".join(_CHANGES_ONE)
        context.report("bundle.request-condition", f"{path}.ifMatch", found="ifMatch", method=method, expected=expected)
