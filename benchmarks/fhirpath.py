"""How long one evaluation takes: R4's own invariants over R4's own examples, next to fhirpathpy on the same work.

python -m benchmarks.fhirpath [FOLDER OR TAR OF EXAMPLES]
"""

from __future__ import annotations

import os
import statistics
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import orjson

from fhir_kernel.definitions.catalog import Catalog, open_core
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import PlumblineError
from fhir_kernel.fhirpath import Engine, Environment, Expression, Node
from fhir_kernel.fhirpath.navigation import Navigation, root_node
from fhir_kernel.resource import Resource

SAMPLE = 400
"""Every n-th evaluation is repeated with fhirpathpy, which is some hundred times slower."""
_MISSING_THERE = {
    "hasValue": {"fn": lambda items: [len(items) == 1 and not isinstance(items[0], dict)], "arity": {0: []}}
}
"""fhirpathpy has no hasValue(), which nearly every element's invariant calls."""
_BY_HAND = frozenset({"dom-3"})
"""Not run: the validator does it by hand, for as FHIRPath it is quadratic."""


@dataclass(frozen=True, slots=True)
class Task:
    """One invariant on one element."""

    key: str
    expression: Expression
    node: Node
    resource: Node
    root: Node


@dataclass(frozen=True, slots=True)
class Result:
    """Times in microseconds."""

    evaluations: int
    median: float
    mean: float
    failed: int


def main(examples: str | None = None) -> Mapping[str, Result]:
    """Runs both engines, prints a line for each and returns their figures."""
    catalog = open_core()
    tasks = list(_tasks(catalog, _resources(examples)))
    ours = _measure(_ours(tasks))
    with redirect_stdout(StringIO()):  # it prints what trace() sees
        theirs = _measure(_theirs(tasks[::SAMPLE]), Exception)  # and raises nothing more special
    results = {"plumbline": ours, "fhirpathpy": theirs}
    for name, result in results.items():
        print(
            f"{name:12} {result.evaluations:9,} evaluations   median {result.median:8.2f} µs   "
            f"mean {result.mean:8.2f} µs   failed {result.failed}"
        )
    return results


def _resources(examples: str | None) -> Iterator[Resource]:
    shared = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[2] / "shared"))
    source = Path(examples or shared / "data" / "r4-examples.tar.gz")
    if source.is_dir():
        yield from (orjson.loads(path.read_bytes()) for path in sorted(source.glob("*.json")))
        return
    with tarfile.open(source) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".json") else None
            if file is not None:
                yield orjson.loads(file.read())


def _tasks(catalog: Catalog, resources: Iterator[Resource]) -> Iterator[Task]:
    model = catalog.model
    engine = Engine(model, as_filters=True)
    navigation = Navigation(model)
    invariants = _invariants(catalog, model)
    compiled = {text: engine.compile(text) for rules in invariants.values() for text in rules.values()}
    for resource in resources:
        root = root_node(resource)
        pending = [(root, root.type, root)]
        while pending:
            node, place, holder = pending.pop()
            for key, text in invariants.get(place, {}).items():
                yield Task(key, compiled[text], node, holder, root)
            for child in navigation.children(node):
                is_resource = model.is_resource(child.type)
                pending.append((child, child.type, child if is_resource else holder))


def _invariants(catalog: Catalog, model: Model) -> dict[str, dict[str, str]]:
    """By type, the FHIRPath text of each constraint by its key."""
    found: dict[str, dict[str, str]] = {}
    for structure in catalog.all("StructureDefinition"):
        if structure.get("derivation") == "constraint" or structure["type"] not in model.types:
            continue
        for element in structure["snapshot"]["element"]:
            if element["path"] in model.types:
                rules = found.setdefault(element["path"], {})
                for rule in element.get("constraint", ()):
                    if "expression" in rule and rule["key"] not in _BY_HAND:
                        rules[rule["key"]] = rule["expression"]
    return found


def _ours(tasks: list[Task]) -> Iterator[Callable[[], Any]]:
    environments: dict[int, Environment] = {}
    for task in tasks:
        env = environments.setdefault(id(task.resource), Environment(resource=task.resource, root_resource=task.root))
        yield _call(task, env)


def _call(task: Task, env: Environment) -> Callable[[], Any]:
    holds, node = task.expression.holds, task.node
    return lambda: holds(node, env)


def _theirs(tasks: list[Task]) -> Iterator[Callable[[], Any]]:
    import fhirpathpy
    from fhirpathpy.models import models

    compiled: dict[str, Callable[[Any, Any], Any]] = {}
    for task in tasks:
        text = task.expression.text
        if text not in compiled:
            compiled[text] = fhirpathpy.compile(text, models["r4"], {"userInvocationTable": _MISSING_THERE})
        yield _their_call(compiled[text], task)


def _their_call(evaluate: Callable[[Any, Any], Any], task: Task) -> Callable[[], Any]:
    from fhirpathpy.engine.nodes import ResourceNode

    value = task.node.value if task.node is task.root else ResourceNode.create_node(task.node.value, task.node.type)
    context = {"resource": task.resource.value, "rootResource": task.root.value}
    return lambda: evaluate(value, context)


def _measure(calls: Iterator[Callable[[], Any]], failure: type[Exception] = PlumblineError) -> Result:
    """Each call once to warm up and once under the clock, whose own cost is part of the figure."""
    times: list[int] = []
    failed = 0
    clock = time.perf_counter_ns
    for call in calls:
        try:
            call()
            start = clock()
            call()
            times.append(clock() - start)
        except failure:
            failed += 1
    return Result(len(times), statistics.median(times) / 1000, statistics.mean(times) / 1000, failed)


if __name__ == "__main__":
    main(*sys.argv[1:])
