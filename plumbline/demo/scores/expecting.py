"""Before the months: what is expected of which class, and what does not apply to one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from plumbline.demo.provinces.cast import COMMUNITY
from plumbline.demo.registry.scene import Scene, Told
from plumbline.sample import CANONICAL
from registry.sentence import Sentence

DATA_SETS = (
    *("patient", "practitioner", "encounter", "condition", "vital-signs"),
    *("laboratory-result", "diagnostic-report", "medication-request"),
)
"""Those that are expected of every class."""
LABORATORY = ("laboratory-result", "diagnostic-report")
CLASSES = {
    "tertiary": Sentence("Tertiary hospitals", "三级医院"),
    "secondary": Sentence("Secondary hospitals", "二级医院"),
    COMMUNITY: Sentence("Community health centres", "社区卫生服务中心"),
}
TESTS = "testreport:https://plumbline.dev/fhir/demo/TestScript/exchange"
_YEAR = timedelta(days=365)


def url_of(data_set: str) -> str:
    """The canonical of its profile, without a version."""
    return f"{CANONICAL}/StructureDefinition/sample-{data_set}"


def expect(scene: Scene) -> Iterator[Told]:
    """Classes, the rule of interface tests, and a declaration that is approved by another person."""
    evaluation, asking = scene.evaluation, scene.place.asking
    evaluation.begin(scene.place.calendar)
    for id_, title in CLASSES.items():
        body = {"title": title.document(), "dataSets": [url_of(each) for each in DATA_SETS], "checks": "all"}
        asking.done("decideScoreClass", {**body, "reason": "样例"}, "business", id=id_)
    asking.done("decideCheckRule", _tests(scene), "business", id=TESTS)
    declared = [asking.done("declareNotApplicable", body, "evaluator")["id"] for body in _declarations(scene)]
    why = asking.refused("approveDeclaration", {}, "evaluator", id=declared[0])
    yield scene.refused("who declares that it does not apply approves it, too", "申报人自行批准不适用申报", why)
    for id_ in declared:
        asking.done("approveDeclaration", {"reason": "情况属实"}, "business", id=id_)
    count, first = len(declared), evaluation.first
    en = f"{count} declarations hold for a year from {first}: community health centres have no laboratory"
    yield scene.seen(en, f"批准 {count} 项不适用申报，自 {first} 起一年：社区卫生服务中心不设检验科")


def _tests(scene: Scene) -> dict[str, object]:
    title = Sentence("The interfaces pass their test scripts", "接口通过测试脚本")
    fix = Sentence("Run the test script and mend what it names", "运行测试脚本并修正其指出的问题")
    since = str(scene.evaluation.first)
    told = {"title": title.document(), "fix": fix.document(), "dimension": "D6", "severity": "major", "clause": "8"}
    return {**told, "since": since, "reason": "样例"}


def _declarations(scene: Scene) -> Iterator[dict[str, str]]:
    first = scene.evaluation.first
    days = {"begin": str(first), "expires": str(first + _YEAR)}
    for data_set in LABORATORY:
        yield {"class": COMMUNITY, "target": url_of(data_set), "reason": "没有检验科", **days}
