"""The second half of the story: what the standard does to records, its second edition, and its end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from plumbline.demo.registry import stages, way
from plumbline.demo.registry.making import FORCE, NUMBERS, WARN
from plumbline.demo.registry.packages import package
from plumbline.demo.registry.records import without_birth_date, without_gender, without_sex
from plumbline.demo.registry.scene import Scene, Step, Told
from plumbline.demo.sending import Answered
from registry.sentence import Sentence

_BECAME = {
    "accepted": Sentence("accepted", "接受"),
    "warned": Sentence("accepted with a warning", "接受并警告"),
    "refused": Sentence("refused", "拒绝"),
}
_REVIEWED = {"Patient": ("patients", "患者"), "Practitioner": ("practitioners", "医务人员")}
"""What the review looks at, by the type of resource."""
_PATIENT = ("a patient without a birth date", "没有出生日期的患者")
_SEX = ("a patient without a code of sex", "没有性别代码的患者")
_GENDER = ("a doctor without a gender", "未填性别的医务人员")


def observed(scene: Scene) -> Iterator[Told]:
    """The day of publication."""
    yield _became(scene, _PATIENT, scene.place.hospital.send(without_birth_date()))


def warned(scene: Scene) -> Iterator[Told]:
    """The day from which senders are told."""
    scene.place.calendar.go_on(WARN)
    yield _became(scene, _PATIENT, scene.place.hospital.send_until(without_birth_date(), "warned"))


def refused(scene: Scene) -> Iterator[Told]:
    """The day of implementation."""
    scene.place.calendar.go_on(FORCE - WARN)
    yield _became(scene, _PATIENT, scene.place.hospital.send_until(without_birth_date(), "refused"))
    yield _became(scene, _SEX, scene.place.hospital.send(without_sex()))
    yield _became(scene, _GENDER, scene.place.hospital.send(without_gender()))


def review(scene: Scene) -> Iterator[Told]:
    """60.60 to 90.92."""
    project = scene.project
    why = project.cannot("evaluator", "start-review")
    yield scene.refused("a review without a cause", "无理由启动复审", why)
    erratum = scene.rounds["erratum"]
    project.done("raiseTrigger", {"cause": "fault", "text": f"勘误 {erratum}；未要求填写性别代码，无法统计"})
    yield scene.seen(f"the cause: erratum {erratum}", f"理由：勘误 {erratum}")
    way.review(project, "revise", "须要求填写性别代码")
    days = (scene.place.calendar.today - scene.evaluation.first).days
    use = {each["type"]: each for each in project.done("readUse", by="evaluator", query={"days": days})["rules"]}
    for type_, (en, zh) in _REVIEWED.items():
        records, failed, clause = (use[type_][each] for each in ("records", "failed", "clause"))
        told = f"evidence of use: {failed} of {records} {en} broke clause {clause}"
        yield scene.seen(told, f"实施证据：{records} 条{zh}记录中 {failed} 条违反第 {clause} 条")


def revise(scene: Scene) -> Iterator[Told]:
    """00.00 to 50.99, the second time."""
    scene.is_second = True
    project = scene.project
    way.to_drafting(project, standard=scene.first.standard, projectKind="revision")
    project.done("fileImplementationReport", {"days": 730}, "evaluator")
    yield scene.verdict(way.to_approval(project, package(project.sample)))


def publish(scene: Scene) -> Iterator[Told]:
    """60.60, the second time."""
    project = scene.project
    why = project.refused("giveNumber", {"number": NUMBERS[0]}, "publisher")
    yield scene.refused("it gets the number of the first edition", "使用第一版的编号", why)
    stages.number(project, NUMBERS[1], replaces=[NUMBERS[0]])
    project.done("preparePublication", stages.publication(project, warn=WARN, force=FORCE), "publisher")
    stages.publish(project)
    why = scene.first.refused("supersedeEdition", {}, "publisher")
    yield scene.refused("the first edition is called superseded today", "今天就将第一版标为被代替", why)


def changed(scene: Scene) -> Iterator[Told]:
    """The first day of the second edition."""
    hospital, calendar = scene.place.hospital, scene.place.calendar
    calendar.go_on(WARN)
    yield _became(scene, _SEX, hospital.send_until(without_sex(), "warned"))
    calendar.go_to(calendar.today + timedelta(FORCE - WARN))
    yield _became(scene, _SEX, hospital.send_until(without_sex(), "refused"))
    yield _became(scene, _GENDER, hospital.send(without_gender()))


def abolish(scene: Scene) -> Iterator[Told]:
    """90.20 to 95.99."""
    scene.is_second = False
    project = scene.project
    project.done("raiseTrigger", {"cause": "law", "text": "第二版已实施"}, "legal")
    way.review(project, "propose-abolition", "已有第二版")
    project.act("business", "give-notice-of-abolition")
    project.file("legal", "abolition-announcement")
    project.change("business", dependants=[])
    why = project.refused("abolishEdition", {"reason": "已有第二版"}, "legal")
    yield scene.refused("it is abolished at once", "立即废止", why)
    scene.place.calendar.go_on(31)
    project.done("abolishEdition", {"reason": "已有第二版"}, "legal")


def download(scene: Scene) -> Iterator[Told]:
    """The bytes stay."""
    name, version = "cn.plumbline.sample", scene.first.sample.version
    answer = scene.place.asking.send("GET", f"/packages/{name}/-/{name}-{version}.tgz")
    its = {"standard": scene.first.standard, "edition": scene.first.edition}
    signed = scene.first.done("readArtefacts", **its)["archive"]["sha256"]
    is_same = hashlib.sha256(answer.content).hexdigest() == signed
    en = "its SHA-256 is the one that was signed" if is_same else "its SHA-256 is NOT the one that was signed"
    zh = "SHA-256 与签名时一致" if is_same else "SHA-256 与签名时不一致"
    yield scene.seen(
        f"{name}#{version}, {len(answer.content)} bytes: {en}", f"{name}#{version}，{len(answer.content)} 字节：{zh}"
    )


def _became(scene: Scene, record: tuple[str, str], answered: Answered) -> Told:
    en, zh = record
    why = "" if answered.reason is None else scene.say(": ", "：") + answered.reason.text
    became = _BECAME[answered.verdict]
    text = scene.say(f"{en} is {became.en}{why}", f"{zh}：{became.zh}{why}")
    return Told("refused" if answered.verdict == "refused" else "seen", text)


_HOSPITAL = Sentence("A hospital", "一家医院")
_OFFICER = Sentence("Publication officer (N)", "发布员（N）")

IN_FORCE = (
    Step(_HOSPITAL, Sentence("sends a record on the day of publication", "发布当日上报"), observed),
    Step(_HOSPITAL, Sentence("sends it from the day of warning", "警告期内上报"), warned),
    Step(_HOSPITAL, Sentence("sends it from the day of implementation", "实施日起上报"), refused),
)
"""From the day of publication to that of implementation."""
REVISED = (
    Step(
        Sentence("Evaluator (E), committee", "评价员（E）、委员会"),
        Sentence("review the standard: to be revised", "复审，结论为修订"),
        review,
    ),
    Step(
        Sentence("All of them", "各方"),
        Sentence("take the second edition through all stages", "第二版经过全部阶段"),
        revise,
    ),
    Step(
        _OFFICER, Sentence("publishes the second edition, which replaces the first", "发布第二版，代替第一版"), publish
    ),
    Step(_HOSPITAL, Sentence("sends records as the second edition comes into force", "第二版实施前后上报"), changed),
    Step(
        Sentence("Legal department (L)", "法规司（L）"),
        Sentence("abolishes the first edition after its notice", "公示期满后废止第一版"),
        abolish,
    ),
    Step(
        Sentence("Anybody (A)", "公众（A）"),
        Sentence("downloads the package of the first edition", "下载第一版的数据包"),
        download,
    ),
)
"""From the review to 95.99."""
