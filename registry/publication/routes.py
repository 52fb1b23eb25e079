"""The routes below /api by which editions get numbers, are published and end, and rules are seen and moved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.kit import Kit
from registry.http.route import Route, answered_by
from registry.publication import shapes
from registry.publication.desk import PublicationDesk
from registry.publication.press import Press
from registry.publication.rules_desk import RulesDesk
from registry.sentence import Sentence

_route = partial(Route, group="publication")


def publication_routes(kit: Kit, press: Press) -> list[Route]:
    """The routes, answered for this store."""
    deciding = answered_by(DECIDING, PublicationDesk(kit, press))
    return [*deciding, *answered_by(PUBLISHED, RulesDesk(kit, press))]


DECIDING: Sequence[Route] = (
    _route(
        method="GET",
        path="projects/{id}/number",
        operation="proposeNumber",
        summary=Sentence("The next number that is free", "下一个可用编号"),
        query=shapes.PROPOSING,
        gives=shapes.PROPOSED_NUMBER,
        access="person",
        handler=PublicationDesk.propose_number,
    ),
    _route(
        method="PUT",
        path="projects/{id}/number",
        operation="giveNumber",
        summary=Sentence("Give the edition its number, and say what it replaces", "赋予编号并填写代替标准"),
        takes=shapes.NEW_NUMBER,
        gives=shapes.EDITION,
        access="person",
        handler=PublicationDesk.give_number,
    ),
    _route(
        method="PUT",
        path="projects/{id}/publication",
        operation="preparePublication",
        summary=Sentence("Set the days, make, sign and try the package", "设定日期，生成、签名并试装数据包"),
        takes=shapes.NEW_PUBLICATION,
        gives=shapes.PUBLICATION,
        access="person",
        handler=PublicationDesk.prepare,
    ),
    _route(
        method="GET",
        path="projects/{id}/publication",
        operation="readPublication",
        summary=Sentence("What is prepared or was published", "发布准备情况或发布记录"),
        gives=shapes.PUBLICATION,
        handler=PublicationDesk.publication,
    ),
    _route(
        method="POST",
        path="projects/{id}/publication",
        operation="publishEdition",
        summary=Sentence("Publish what was prepared: from then on its rules are observed", "发布：规则自此生效"),
        takes=shapes.DECISION,
        gives=shapes.DONE,
        access="person",
        handler=PublicationDesk.publish,
    ),
    _route(
        method="POST",
        path="projects/{id}/code-release",
        operation="releaseCodes",
        summary=Sentence("Release a minor version of the code tables, without the text", "发布代码表小版本"),
        query=shapes.CODE_RELEASE,
        takes=shapes.CODES,
        gives=shapes.DONE,
        access="person",
        handler=PublicationDesk.release_codes,
    ),
    _route(
        method="POST",
        path="projects/{id}/abolition",
        operation="abolishEdition",
        summary=Sentence("Abolish the edition: its rules end at once", "废止：规则立即终止"),
        takes=shapes.DECISION,
        gives=shapes.DONE,
        access="person",
        handler=PublicationDesk.abolish,
    ),
    _route(
        method="POST",
        path="projects/{id}/supersession",
        operation="supersedeEdition",
        summary=Sentence("Mark the edition as superseded by one that is in force", "标记为被代替"),
        takes=shapes.DECISION,
        gives=shapes.DONE,
        access="person",
        handler=PublicationDesk.supersede,
    ),
)

PUBLISHED: Sequence[Route] = (
    _route(
        method="GET",
        path="rules",
        operation="listRules",
        summary=Sentence("Which rules applied on a day", "某日适用的规则"),
        query=shapes.RULES_QUERY,
        gives=shapes.RULES,
        handler=RulesDesk.rules,
    ),
    _route(
        method="GET",
        path="editions/{standard}/{edition}/rules",
        operation="readRulesOfEdition",
        summary=Sentence("The rules of an edition, and every decision about them", "版本的规则及历次决定"),
        gives=shapes.RULES_OF_EDITION,
        handler=RulesDesk.rules_of_edition,
    ),
    _route(
        method="POST",
        path="editions/{standard}/{edition}/rules/dates",
        operation="moveRuleDates",
        summary=Sentence("Move the dates of a rule, with a reason", "说明理由后调整规则日期"),
        takes=shapes.NEW_DATES,
        gives=shapes.RULES,
        access="person",
        handler=RulesDesk.move,
    ),
    _route(
        method="GET",
        path="editions/{standard}/{edition}/announcement",
        operation="readAnnouncement",
        summary=Sentence("The announcement, as a page", "公告（网页）"),
        gives=shapes.PAGE,
        handler=RulesDesk.announcement,
    ),
    _route(
        method="GET",
        path="editions/{standard}/{edition}/artefacts",
        operation="readArtefacts",
        summary=Sentence("What was published, with digests", "发布的制品及摘要"),
        gives=shapes.ARTEFACTS,
        handler=RulesDesk.artefacts,
    ),
    _route(
        method="GET",
        path="editions/{standard}/{edition}/signature",
        operation="readSignature",
        summary=Sentence("The detached signature of the archive", "数据包的分离签名"),
        query=shapes.OF_VERSION,
        gives=shapes.SIGNATURE,
        handler=RulesDesk.signature,
    ),
    _route(
        method="GET",
        path="signing-keys",
        operation="listSigningKeys",
        summary=Sentence("The public keys that check signatures", "验证签名的公钥"),
        gives=shapes.KEYS,
        handler=RulesDesk.keys,
    ),
    _route(
        method="GET",
        path="signing-keys/{key}",
        operation="readSigningKey",
        summary=Sentence("One of them, in PEM", "公钥（PEM）"),
        gives=shapes.PEM,
        handler=RulesDesk.key,
    ),
)
ROUTES = (*DECIDING, *PUBLISHED)
