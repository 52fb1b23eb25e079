"""The routes below /api by which people get in, and by which administrators say who may do what."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.http.route import Route, answered_by
from registry.http.shapes import Text, Whole
from registry.people import shapes
from registry.people.answering import PeopleDesk
from registry.people.assembly import People
from registry.sentence import Sentence

_route = partial(Route, group="people")


def people_routes(people: People) -> list[Route]:
    """The routes, answered for these people."""
    return answered_by(ROUTES, PeopleDesk(people))


ROUTES: Sequence[Route] = (
    _route(
        method="POST",
        path="session",
        operation="logIn",
        summary=Sentence("Log in", "登录"),
        takes=shapes.LOGGING_IN,
        gives=shapes.SESSION,
        status=201,
        rate="login",
        handler=PeopleDesk.log_in,
    ),
    _route(
        method="DELETE",
        path="session",
        operation="logOut",
        summary=Sentence("Log out", "退出登录"),
        access="person",
        handler=PeopleDesk.log_out,
    ),
    _route(
        method="GET",
        path="me",
        operation="readMe",
        summary=Sentence("Who I am, and what I may do", "本人信息与权限"),
        gives=shapes.ME,
        access="person",
        handler=PeopleDesk.me,
    ),
    _route(
        method="PATCH",
        path="me",
        operation="changeMyContact",
        summary=Sentence("Change how I can be reached", "更改本人联系方式"),
        takes=shapes.CONTACT,
        gives=shapes.PERSON_IN_FULL,
        access="person",
        handler=PeopleDesk.change_contact,
    ),
    _route(
        method="PUT",
        path="me/password",
        operation="changeMyPassword",
        summary=Sentence("Change my password; my other sessions end", "更改本人密码，其他会话随之结束"),
        takes=shapes.PASSWORD_CHANGE,
        access="person",
        rate="login",
        handler=PeopleDesk.change_password,
    ),
    _route(
        method="PUT",
        path="password",
        operation="setPasswordByLink",
        summary=Sentence("Set a password by a one-time link", "通过一次性链接设置密码"),
        takes=shapes.PASSWORD_BY_LINK,
        gives=shapes.PERSON_IN_FULL,
        rate="login",
        handler=PeopleDesk.set_password,
    ),
    _route(
        method="GET",
        path="people",
        operation="listPeople",
        summary=Sentence("People, a page at a time", "人员列表（分页）"),
        query={"after": Text(64), "count": Whole(1, 200)},
        gives=shapes.PEOPLE_PAGE,
        access="administrator",
        handler=PeopleDesk.people,
    ),
    _route(
        method="POST",
        path="people",
        operation="invitePerson",
        summary=Sentence("Invite a person", "邀请人员"),
        takes=shapes.INVITATION,
        gives=shapes.INVITED,
        status=201,
        access="administrator",
        handler=PeopleDesk.invite,
    ),
    _route(
        method="GET",
        path="people/{id}",
        operation="readPerson",
        summary=Sentence("The name of a person", "人员姓名"),
        gives=shapes.PERSON,
        access="person",
        handler=PeopleDesk.person,
    ),
    _route(
        method="PATCH",
        path="people/{id}",
        operation="changePerson",
        summary=Sentence("Change what is known of a person", "更改人员信息"),
        takes=shapes.PERSON_CHANGE,
        gives=shapes.PERSON_IN_FULL,
        access="administrator",
        handler=PeopleDesk.change,
    ),
    _route(
        method="POST",
        path="people/{id}/link",
        operation="renewLink",
        summary=Sentence("A new one-time link that sets the password", "重新生成设置密码的一次性链接"),
        takes=shapes.HOURS,
        gives=shapes.INVITED,
        status=201,
        access="administrator",
        handler=PeopleDesk.link,
    ),
    _route(
        method="PUT",
        path="people/{id}/suspension",
        operation="suspendPerson",
        summary=Sentence("Suspend a person, at once", "立即停用人员"),
        gives=shapes.PERSON_IN_FULL,
        access="administrator",
        handler=PeopleDesk.suspend,
    ),
    _route(
        method="DELETE",
        path="people/{id}/suspension",
        operation="reinstatePerson",
        summary=Sentence("Reinstate a person", "恢复人员"),
        gives=shapes.PERSON_IN_FULL,
        access="administrator",
        handler=PeopleDesk.reinstate,
    ),
    _route(
        method="GET",
        path="roles",
        operation="listRoles",
        summary=Sentence("The roles that there are", "角色列表"),
        gives=shapes.ROLE_TABLE,
        handler=PeopleDesk.roles,
    ),
    _route(
        method="GET",
        path="people/{id}/grants",
        operation="listGrants",
        summary=Sentence("All that was ever granted to a person", "人员的全部授权（含已终止）"),
        gives=shapes.GRANTS_OF,
        access="administrator",
        handler=PeopleDesk.grants,
    ),
    _route(
        method="POST",
        path="people/{id}/grants",
        operation="grantRole",
        summary=Sentence("Give a person a role at a place", "授予人员角色"),
        takes=shapes.NEW_GRANT,
        gives=shapes.GRANT,
        status=201,
        access="administrator",
        handler=PeopleDesk.grant,
    ),
    _route(
        method="POST",
        path="people/{id}/grants/{grant}/end",
        operation="endGrant",
        summary=Sentence("End a grant, which stays on record", "终止授权（保留记录）"),
        gives=shapes.GRANT,
        access="person",
        handler=PeopleDesk.end_grant,
    ),
)
