"""The first half of the story: from a citizen's proposal to a published standard."""

from __future__ import annotations

from collections.abc import Iterator

from plumbline.demo.registry import stages, way
from plumbline.demo.registry.packages import first_draft, first_text, package, text_sent_back, with_patient
from plumbline.demo.registry.people import LEAD, MEMBERS
from plumbline.demo.registry.scene import Scene, Step, Told
from registry.sentence import Sentence

FORCE, WARN = 90, 30
NUMBERS = ("T/PLS 1-2025", "T/PLS 1-2026")
_COMMENT = {"place": {"clause": "5.1.10"}, "text": "出生日期应必填，否则无法核对身份。"}


def propose(scene: Scene) -> Iterator[Told]:
    """00.00."""
    stages.propose(scene.project)
    why = scene.project.cannot("", "take-up")
    yield scene.refused("the proposer takes it up, too", "提出人自行受理", why)


def triage(scene: Scene) -> Iterator[Told]:
    """00.20 to 10.20."""
    stages.triage(scene.project)
    stages.apply_for(scene.project)
    why = scene.project.cannot("business", "approve-project")
    yield scene.refused("the project is approved at once", "立即立项", why)


def plan(scene: Scene) -> Iterator[Told]:
    """10.99 to 20.20."""
    scene.place.calendar.go_on(stages.NOTICE + 1)
    stages.plan(scene.project)
    stages.form_group(scene.project, MEMBERS[-1])
    yield from ()


def draft(scene: Scene) -> Iterator[Told]:
    """20.60."""
    project = scene.project
    project.upload(LEAD.login, with_patient(project.sample, lambda element: element.update(min=2)))
    project.file(LEAD.login, "draft", "trial-report")
    why = project.cannot(LEAD.login, "finish-draft")
    yield scene.refused("a package in which a birth date stands at least twice", "数据包要求出生日期至少出现两次", why)
    stages.finish_draft(project, first_draft(project.sample), first_text(project.sample))


def comment(scene: Scene) -> Iterator[Told]:
    """30.20 to 30.93."""
    project = scene.project
    round_ = scene.rounds["comments"] = stages.open_comment(project)
    project.done("addComment", _COMMENT, id=round_)
    scene.place.calendar.go_on(stages.COMMENT)
    why = project.refused("addComment", _COMMENT, id=round_)
    yield scene.refused("a comment after the window", "逾期提交意见", why)
    stages.close_comment(project)
    stages.dispose(project, round_, 1, "accepted", change="出生日期最少 1 次", isMajor=True)
    project.generate(LEAD.login, "comment-table")
    why = project.cannot(LEAD.login, "finish-comments")
    yield scene.refused("going on in spite of a major change", "重大修改后直接进入下一阶段", why)
    project.act(LEAD.login, "repeat-comment", "有重大修改")


def comment_again(scene: Scene) -> Iterator[Told]:
    """30.20 to 40.00."""
    project = scene.project
    project.upload(LEAD.login, package(project.sample))
    project.file(LEAD.login, "comment-draft")
    project.file("secretary", "comment-notice")
    (changed,) = project.done("comparePackageDrafts", by=LEAD.login, number=3)["changes"]
    place = f"{changed['element']}.{changed['facet']}"
    yield scene.seen(f"changed since the first draft: {place} ({changed['effect']})", f"与第一稿相比：{place} 有改动")
    stages.open_comment(project)
    scene.place.calendar.go_on(stages.COMMENT)
    stages.close_comment(project)
    stages.finish_comments(project)


def fail(scene: Scene) -> Iterator[Told]:
    """40.20 to 40.92."""
    project = scene.project
    stages.send_papers(project, text_sent_back(project.sample))
    scene.place.calendar.go_on(stages.PAPERS)
    ballot = scene.rounds["ballot"] = stages.open_review(project)
    digest = project.done("readBallot", by="secretary", id=ballot)["ballot"]["digest"]
    vote = {"choice": "approve", "digest": digest}
    why = project.refused("castVote", vote, MEMBERS[-1].login, id=ballot)
    yield scene.refused("a member who drafted votes", "参与起草的委员投票", why)
    one, two, three, four = stages.voters()
    project.done("noteAttendance", {"member": project.asking.ids[three]}, "secretary", id=ballot)
    why = project.refused("castVote", {**vote, "choice": "oppose"}, three, id=ballot)
    yield scene.refused("a vote against it without a reason", "反对票未说明理由", why)
    stages.vote(project, ballot, {one: "approve", two: "approve", three: "oppose", four: "oppose"})
    yield scene.verdict(stages.close_review(project, ballot))
    project.act("secretary", "return-from-review", "文本与数据包不一致")


def succeed(scene: Scene) -> Iterator[Told]:
    """40.00 to 40.60."""
    scene.project.act("secretary", "prepare-review-again")
    yield scene.verdict(way.ballot(scene.project, dict.fromkeys(stages.voters(), "approve")))


def approve(scene: Scene) -> Iterator[Told]:
    """40.99 to 50.99."""
    stages.approve(scene.project)
    yield from ()


def publish(scene: Scene) -> Iterator[Told]:
    """60.00 to 60.60."""
    project = scene.project
    stages.number(project, NUMBERS[0])
    plan = stages.publication(project, warn=WARN, force=FORCE)
    project.done("preparePublication", plan, "publisher")
    why = project.refused("publishEdition", {}, "secretary")
    yield scene.refused("the secretariat publishes it", "秘书处自行发布", why)
    stages.publish(project)
    warns, refuses = plan["warnFrom"], plan["inForce"]
    en = f"{NUMBERS[0]}: records are observed from today, warned of from {warns}, refused from {refuses}"
    yield scene.seen(en, f"{NUMBERS[0]}：今日起观察，{warns} 起警告，{refuses} 起拒绝")
    why = project.refused("publishEdition", {}, "publisher")
    yield scene.refused("it is published once more", "再次发布", why)


_SECRETARIAT = Sentence("Secretariat (S)", "秘书处（S）")
_BUSINESS = Sentence("Business department (M)", "业务主管部门（M）")
_LEAD = Sentence("Lead unit (LU)", "牵头单位（LU）")
_COMMITTEE = Sentence("Committee (C)", "委员会（C）")

STEPS = (
    Step(
        Sentence("Anybody (A)", "公众（A）"),
        Sentence("proposes a standard, not logged in", "未登录，提出立项建议"),
        propose,
    ),
    Step(_SECRETARIAT, Sentence("accepts it; the public notice begins", "采纳建议，开始公示"), triage),
    Step(_BUSINESS, Sentence("puts it into the annual plan; the group is formed", "列入年度计划，组建起草组"), plan),
    Step(_LEAD, Sentence("finishes text and FHIR package", "完成文本与 FHIR 数据包"), draft),
    Step(
        _SECRETARIAT,
        Sentence("asks the public; a comment leads to a major change", "公开征求意见，引发重大修改"),
        comment,
    ),
    Step(_SECRETARIAT, Sentence("asks the public once more", "再次征求意见"), comment_again),
    Step(_COMMITTEE, Sentence("votes, on a frozen text by a frozen roster", "就冻结的文本和名单表决"), fail),
    Step(_COMMITTEE, Sentence("votes once more", "再次表决"), succeed),
    Step(Sentence("Coordination (I)", "统计信息中心（I）"), Sentence("approves", "审核批准"), approve),
    Step(
        Sentence("Publication officer (N)", "发布员（N）"),
        Sentence("numbers, signs and publishes it", "编号、签名、发布"),
        publish,
    ),
)
"""From 00.00 to 60.60."""
