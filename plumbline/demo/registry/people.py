"""The people of the story: invited by the first administrator, who gives each a role where it is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fhir_kernel.clock import Clock, random_id
from fhir_kernel.store.base import Store
from fhir_server.identity.audit import Auditor
from fhir_server.identity.secrets import SecretHasher, new_secret
from plumbline.demo.registry.asking import Asking
from registry.people.first_administrator import create_administrator
from registry.people.kit import Kit

ROOT = "root"
COMMITTEE = "tc-sample"
NATION = {"kind": "jurisdiction", "code": ""}


@dataclass(frozen=True, slots=True)
class Cast:
    """Somebody, with their roles besides those of a drafting group."""

    login: str
    name: str
    roles: Sequence[tuple[str, Mapping[str, str]]] = ()
    unit: str = ""
    """Of a member of the committee, or of the drafting group."""
    organisation: str = ""
    """The id of an organisation in the register."""


_OF_COMMITTEE = {"kind": "committee", "code": COMMITTEE}
MEMBERS: Sequence[Cast] = tuple(
    Cast(login, name, (("C", _OF_COMMITTEE),), unit)
    for login, name, unit in (
        ("wang.hong", "王红", "示例大学"),
        ("zhao.min", "赵敏", "示例卫生信息学会"),
        ("qian.jun", "钱军", "示例市卫生健康委员会"),
        ("zhou.qi", "周琪", "示例疾病预防控制中心"),
        ("sun.li", "孙莉", "示例妇幼保健院"),
    )
)
"""The committee; the last of them drafts, too, and is recused for it."""
LEAD = Cast("chen.tao", "陈涛", unit="示例市第一医院")
USER = Cast("lin.na", "林娜", unit="示例社区卫生服务中心")
CLERKS: Sequence[Cast] = (
    Cast("secretary", "秘书处", (("S", _OF_COMMITTEE),)),
    Cast("business", "业务司", (("M", NATION),)),
    Cast("legal", "法规司", (("L", NATION),)),
    Cast("coordination", "统计信息中心", (("I", NATION),)),
    Cast("publisher", "发布员", (("N", NATION),)),
    Cast("evaluator", "评价员", (("E", NATION),)),
)
AUTHORITY = Cast("authority", "授权负责人", (("authority", {"kind": "everything"}),))


async def first_administrator(store: Store, clock: Clock) -> str:
    """Make one, as `plumbline admin create` does; gives a password that nobody else has."""
    password = new_secret()
    kit = Kit(store, Auditor("Plumbline", random_id), clock, random_id)
    await create_administrator(kit, SecretHasher(), ROOT, password, name="管理员")
    return password


def open_office(asking: Asking, password: str) -> Mapping[str, str]:
    """Log the administrator in, invite everybody, and found the committee; gives passwords by logins.

    Raises Unexpected.
    """
    asking.log_in(ROOT, password)
    hired = {each.login: hire(asking, each, ROOT) for each in (*CLERKS, *MEMBERS, LEAD, USER, AUTHORITY)}
    members = [{"person": asking.ids[each.login], "unit": each.unit, "name": each.name} for each in MEMBERS]
    name = {"en": "Committee of the sample standard", "zh": "样例标准化技术委员会"}
    asking.done("foundCommittee", {"id": COMMITTEE, "name": name, "members": members}, ROOT)
    return hired


def hire(asking: Asking, somebody: Cast, administrator: str) -> str:
    """Invite somebody, who gets their roles and logs in by a password, which this gives. Raises Unexpected."""
    about = {"login": somebody.login, "name": somebody.name, "organisation": somebody.organisation}
    invited = asking.done("invitePerson", about, administrator)
    password = new_secret()
    asking.done("setPasswordByLink", {"token": invited["token"], "password": password})
    for role, scope in somebody.roles:
        asking.done("grantRole", {"role": role, "scope": scope}, administrator, id=invited["person"]["id"])
    asking.log_in(somebody.login, password)
    return password
