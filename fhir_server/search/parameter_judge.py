"""Judges SearchParameters for what searches need of them, besides what another judge finds.

https://hl7.org/fhir/R4/searchparameter.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from conformance.enforcement import Judge
from conformance.judgement import Judgement
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Method
from fhir_server.search.acceptance import TYPE, is_active, problems
from fhir_server.search.index import SearchIndex


@dataclass(frozen=True, slots=True)
class ParameterJudge:
    """Refuses active SearchParameters by which nothing could be searched. Implements conformance.enforcement.Judge."""

    inner: Judge
    index: SearchIndex

    def judge(self, resource: Resource, *, method: Method, now: datetime, profiles: Sequence[str] = ()) -> Judgement:
        """What `inner` says, and whether a SearchParameter that it accepts can be searched by."""
        found = self.inner.judge(resource, method=method, now=now, profiles=profiles)
        if method == "DELETE" or resource.get("resourceType") != TYPE or not found.accepted or not is_active(resource):
            return found
        wrong = problems(self.index, str(resource.get("id", "")), resource)
        if not wrong:
            return found
        refused = replace(found.occasion, accepted=False)
        return replace(found, occasion=refused, issues=(*found.issues, *wrong))
