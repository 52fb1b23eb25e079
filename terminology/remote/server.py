"""The upstream terminology server: cached answers, a circuit breaker, many questions at once.

https://hl7.org/fhir/R4/terminology-service.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.issues import issue
from fhir_kernel.resource import Resource
from terminology.remote.breaker import CircuitBreaker
from terminology.remote.cache import AnswerCache
from terminology.remote.connection import Connection
from terminology.remote.reply import Answered, Refused, Reply, Unanswered, issues_of, value_of, values_of
from terminology.remote.upstream import Upstream

_VALIDATE, _BATCH = "validate-code", "batch-validate-code"
_CAPABILITIES = {"CapabilityStatement": "metadata", "TerminologyCapabilities": "metadata?mode=terminology"}


@dataclass(frozen=True, slots=True)
class Question:
    """An operation with its parameters. Two are equal where the server cannot tell one from the other."""

    path: str
    body: bytes
    language: str | None = None
    parameters: tuple[Resource, ...] = field(default=(), compare=False, repr=False)

    @property
    def expected(self) -> str:
        """The type of resource that answers."""
        return "ValueSet" if self.path == "ValueSet/$expand" else "Parameters"


def question(
    resource_type: str, operation: str, parameters: Sequence[Resource], language: str | None = None
) -> Question:
    """Ask `resource_type/$operation`; `language` is an Accept-Language."""
    body = write_json({"resourceType": "Parameters", "parameter": list(parameters)})
    return Question(f"{resource_type}/${operation}", body, language, tuple(parameters))


class RemoteTerminology:
    """Asks one upstream server. Never raises: what goes wrong is `Unanswered`, in words. Threads may share it."""

    def __init__(self, upstream: Upstream, now: Callable[[], float]) -> None:
        """`now` gives seconds that never go back."""
        bounds = upstream.bounds
        self.host, self._bounds = upstream.host, bounds
        self._connection = Connection(upstream, now)
        self._breaker = CircuitBreaker(bounds.failures, bounds.rest, now)
        self._cache: AnswerCache[Any, Answered | Refused] = AnswerCache(bounds.cached_answers, bounds.cached_bytes, now)
        self._under_way: dict[Question, Future[Reply]] = {}
        self._lock = threading.Lock()

    def ask(self, asked: Question) -> Reply:
        """The answer, from memory where it is known; what several ask at the same time is asked once."""
        if (known := self._cache.get(asked)) is not None:
            return known
        with self._lock:
            others = self._under_way.get(asked)
            mine: Future[Reply] = others or self._under_way.setdefault(asked, Future())
        if others is not None:
            return others.result()
        try:
            reply = self._asked(asked)
            mine.set_result(reply)
            return reply
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._under_way[asked]

    def validate(self, resource_type: str, asked: Sequence[Sequence[Resource]]) -> list[Reply]:
        """Answers to many `$validate-code` on CodeSystem or ValueSet, in order; in one request where it can be."""
        questions = [question(resource_type, _VALIDATE, each) for each in asked]
        known: dict[Question, Reply] = {}
        for each in questions:
            if each not in known and (held := self._cache.get(each)) is not None:
                known[each] = held
        open_ = [each for each in dict.fromkeys(questions) if each not in known]
        if len(open_) > 1 and self._takes_batches(resource_type):
            for start in range(0, len(open_), self._bounds.batch):
                part = open_[start : start + self._bounds.batch]
                known.update(zip(part, self._batch(resource_type, part), strict=True))
        elif open_:
            known.update(zip(open_, self._each(open_), strict=True))
        return [known[each] for each in questions]

    def holds(self, system: str) -> bool:
        """Whether the server says of itself that it has this code system; False where it cannot be asked."""
        reply = self._capabilities("TerminologyCapabilities")
        rows = reply.resource.get("codeSystem") if isinstance(reply, Answered) else None
        return any(isinstance(each, dict) and each.get("uri") == system for each in _list(rows))

    def close(self) -> None:
        """Close the connections."""
        self._connection.close()

    def _asked(self, asked: Question) -> Reply:
        reply = self._sent(asked)
        self._remember(asked, reply)
        return reply

    def _sent(self, asked: Question) -> Reply:
        size = len(asked.body)
        if size > self._bounds.question_bytes:
            most = self._bounds.question_bytes
            because = issue("terminology.upstream-question", "", host=self.host, found=size, expected=most)
            return Unanswered(because, is_down=False)
        post = self._connection.post
        return self._guarded(lambda: post(asked.path, asked.body, asked.expected, asked.language))

    def _each(self, questions: Sequence[Question]) -> list[Reply]:
        if len(questions) == 1:
            return [self.ask(questions[0])]
        with ThreadPoolExecutor(min(self._bounds.at_once, len(questions)), "upstream") as threads:
            return list(threads.map(self.ask, questions))

    def _batch(self, resource_type: str, questions: Sequence[Question]) -> list[Reply]:
        rows = [{"resourceType": "Parameters", "parameter": list(each.parameters)} for each in questions]
        reply = self._sent(question(resource_type, _BATCH, [{"name": "validation", "resource": each} for each in rows]))
        if not isinstance(reply, Answered):
            return [reply] * len(questions)
        answers = list(values_of(reply.resource, "validation"))
        if len(answers) != len(questions):
            found = f"{len(answers)} answers to {len(questions)} questions"
            return [self._malformed(found)] * len(questions)
        size = reply.size // len(questions)
        replies = [self._one_of_batch(each, size) for each in answers]
        for each, one in zip(questions, replies, strict=True):
            self._remember(each, one)
        return replies

    def _one_of_batch(self, answer: Any, size: int) -> Reply:
        kind = answer.get("resourceType") if isinstance(answer, dict) else None
        if kind == "Parameters":
            return Answered(answer, size)
        issues = issues_of(answer)
        return Refused(issues, size) if issues else self._malformed(str(kind)[:100])

    def _malformed(self, found: str) -> Unanswered:
        because = issue("terminology.upstream-malformed", "", host=self.host, found=found, expected="Parameters")
        return Unanswered(because, is_down=False)

    def _takes_batches(self, resource_type: str) -> bool:
        """Whether its CapabilityStatement names the operation, for the type or for the whole server."""
        reply = self._capabilities("CapabilityStatement")
        for rest in _list(reply.resource.get("rest")) if isinstance(reply, Answered) else ():
            types = (each for each in _list(rest.get("resource")) if each.get("type") == resource_type)
            for owner in (rest, *types):
                if any(str(each.get("name")).lstrip("$") == _BATCH for each in _list(owner.get("operation"))):
                    return True
        return False

    def _capabilities(self, kind: str) -> Reply:
        path = _CAPABILITIES[kind]
        known = self._cache.get(path)
        if known is not None:
            return known
        reply = self._guarded(lambda: self._connection.get(path, kind))
        self._remember(path, reply)
        return reply

    def _guarded(self, send: Callable[[], Reply]) -> Reply:
        if not self._breaker.admits():
            params = {"host": self.host, "found": self._bounds.failures, "expected": f"{self._bounds.rest:g}"}
            return Unanswered(issue("terminology.upstream-resting", "", **params))
        well = False
        try:
            reply = send()
            well = not (isinstance(reply, Unanswered) and reply.is_down)
        finally:
            self._breaker.record(well=well)
        return reply

    def _remember(self, key: Question | str, reply: Reply) -> None:
        if isinstance(reply, Unanswered):
            return
        negative = isinstance(reply, Refused) or value_of(reply.resource, "result") is False
        seconds = self._bounds.negative_seconds if negative else self._bounds.cache_seconds
        self._cache.put(key, reply, seconds=seconds, size=reply.size)


def _list(rows: Any) -> Iterable[dict[str, Any]]:
    return [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []
