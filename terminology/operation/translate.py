"""`ConceptMap/$translate` (https://hl7.org/fhir/R4/conceptmap-operation-translate.html).

A call in the names of R4 is answered in the form of R4. One in the names of R5 (https://hl7.org/fhir/R5/conceptmap-operation-translate.html)
is answered with both sides of each mapping: `concept` is the target, `source` the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from fhir_kernel.resource import Resource
from terminology.engine.maps import NO_TRANSLATION, RELATIONSHIP_OF, Map, Maps, inverse
from terminology.engine.message_table import MESSAGES
from terminology.engine.messages import failure
from terminology.engine.options import read_options
from terminology.engine.requests import resource_argument, scope_of, text_argument
from terminology.engine.scope import Scope
from terminology.operation.translate_question import Question, read_question
from terminology.operation.translate_scope import MapScopes
from terminology.operation.translation import Match, Translation
from terminology.operations import Call

if TYPE_CHECKING:
    from terminology.service import TerminologyService


def translate(service: TerminologyService, call: Call) -> Resource:
    """Whether there is a translation, and each match. Raises OperationFailed."""
    scope = scope_of(service, call, read_options(call))
    question = read_question(call, scope)
    brought = [each["resource"] for each in call.parameters if each.get("name") == "tx-resource" and "resource" in each]
    own = [each for each in brought if each.get("resourceType") == "ConceptMap"]
    maps = Maps(own, service.maps) if own else service.maps
    nominated = _nominated(call, maps, scope)
    scopes = MapScopes(scope)
    translation = Translation(question, maps, scopes)
    matches: list[Match] = []
    message: str | None = None
    for coding in question.codings:
        candidates = nominated or _candidates(coding, question, maps, scope)
        if not candidates:
            message = message or _no_map(coding, question, scope)
            continue
        applying = scopes.applying(candidates, coding, question)
        if not applying:
            message = message or _out_of_scope(coding, question, scope)
        found = (match for each in applying for match in translation.of(coding, each))
        matches += islice(_distinct(found, matches), scope.limits.expansion_codes)
    return _answer(matches, message, translation.unmet, question, scope)


def _nominated(call: Call, maps: Maps, scope: Scope) -> list[Map]:
    """The map that the call is about; none where it leaves the choice to us."""
    given = resource_argument(call, "conceptMap", "ConceptMap") or call.instance
    if given is not None:
        return [Map(given)]
    url = text_argument(call, "url")
    if url is None:
        return []
    bare, _, version = url.partition("|")
    found = maps.find(bare, text_argument(call, "conceptMapVersion") or version or None)
    if found is None:
        raise failure("concept-map-unknown", chinese=scope.options.chinese, path="url", concept_map=url)
    return [found]


def _candidates(coding: Resource, question: Question, maps: Maps, scope: Scope) -> list[Map]:
    found = maps.leading(question.names_of(coding["system"], scope), backward=question.backward)
    if question.wanted_system is None:
        return found
    wanted = question.names_of(question.wanted_system, scope)
    backward = question.backward
    return [
        each
        for each in found
        if any(group.is_from(wanted, None) if backward else group.is_to(wanted) for group in each.groups)
    ]


def _distinct(found: Iterator[Match], before: Sequence[Match]) -> Iterator[Match]:
    """Each translation once, though several maps have it."""
    seen = {each.key for each in before}
    for each in found:
        if each.key not in seen:
            seen.add(each.key)
            yield each


def _no_map(coding: Resource, question: Question, scope: Scope) -> str:
    wanted = question.wanted_system or (question.source_scope if question.backward else question.target_scope) or "*"
    ends = (wanted, coding["system"]) if question.backward else (coding["system"], wanted)
    params = {"source": ends[0], "target": ends[1]}
    return MESSAGES["translation-no-map"].text(scope.options.chinese, params)


def _out_of_scope(coding: Resource, question: Question, scope: Scope) -> str:
    value_set = question.target_scope if question.backward else question.source_scope
    params = {"system": coding["system"], "code": coding["code"], "value_set": value_set}
    return MESSAGES["translation-out-of-scope"].text(scope.options.chinese, params)


def _answer(
    matches: Sequence[Match], message: str | None, unmet: Sequence[str], question: Question, scope: Scope
) -> Resource:
    translated = any(each.target is not None and each.equivalence not in NO_TRANSLATION for each in matches)
    made: list[Resource] = [{"name": "result", "valueBoolean": translated}]
    messages = [message] if message is not None and not matches else []
    if not matches and not messages:
        messages.append(MESSAGES["translation-none"].text(scope.options.chinese, {}))
    if unmet:
        params = {"elements": ", ".join(dict.fromkeys(unmet))}
        messages.append(MESSAGES["translation-depends"].text(scope.options.chinese, params))
    if messages:
        made.append({"name": "message", "valueString": "; ".join(messages)})
    written = _as_r5 if question.names_r5 else _as_r4
    made += [{"name": "match", "part": written(each, question)} for each in matches]
    return {"resourceType": "Parameters", "parameter": made}


def _as_r4(match: Match, question: Question) -> list[Resource]:
    """`concept` is what was looked for; how it stands to what was given turns round with the direction."""
    equivalence = inverse(match.equivalence) if question.backward else match.equivalence
    concept = match.source if question.backward else match.target
    parts: list[Resource] = []
    if equivalence is not None:
        parts.append({"name": "equivalence", "valueCode": equivalence})
    if concept is not None:
        parts.append({"name": "concept", "valueCoding": concept})
    parts += match.products()
    if match.origin:
        parts.append({"name": "source", "valueUri": match.origin})
    return parts


def _as_r5(match: Match, _question: Question) -> list[Resource]:
    parts: list[Resource] = []
    if match.target is not None:
        parts.append({"name": "concept", "valueCoding": match.target})
    if match.equivalence is not None:
        parts.append({"name": "equivalence", "valueCode": match.equivalence})
        parts.append({"name": "relationship", "valueCode": RELATIONSHIP_OF.get(match.equivalence, "related-to")})
    parts.append({"name": "source", "valueCoding": match.source})
    parts += match.products()
    if match.origin:
        parts.append({"name": "originMap", "valueCanonical": match.origin})
    return parts
