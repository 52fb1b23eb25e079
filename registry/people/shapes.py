"""What the routes of people take and give, as JSON."""

from __future__ import annotations

from registry.http.shapes import Choice, Instant, Text, Whole
from registry.http.structures import Many, Thing
from registry.people.passwords import MOST
from registry.people.person import STATUSES
from registry.people.roles import ANYONE, ROLES
from registry.people.scope import SCOPE_KINDS

_ID = Text(64, pattern="[A-Za-z0-9.-]{1,64}")
_NAME, _CONTACT = Text(100, least=1), Text(200)
_ORGANISATION = Text(64, pattern="[A-Za-z0-9.-]{0,64}", about="The id of a registered organisation, or nothing")
_LOGIN = Text(64, least=2, about="Lower-case letters, digits and . _ @ -")
_LONGEST = 4 * MOST
"""Characters of a password that are read at all; how long it may be is said where it is set."""
_PASSWORD = Text(_LONGEST, about="At least 12 characters, without the login name")
_TOKEN = Text(200)
_HOURS = Whole(1, 14 * 24, about="Hours that the link holds; 72 without")

SENTENCE = Thing("Sentence", {"en": Text(100_000), "zh": Text(100_000)}, about="The same in English and Chinese.")
LOGGING_IN = Thing("Login", {"login": Text(64), "password": Text(_LONGEST)})
SCOPE = Thing("Scope", {"kind": Choice(SCOPE_KINDS)}, {"code": Text(64, about="Of jurisdictions: '' is the nation")})
GRANT = Thing(
    "Grant",
    {
        "id": _ID,
        "person": _ID,
        "role": Choice(tuple(ROLES)),
        "scope": SCOPE,
        "from": Instant(),
        "grantedBy": Text(64, about="The id of a person; nothing where it was given at the command line"),
        "granted": Instant(),
    },
    {"until": Instant(), "ended": Instant(), "endedBy": _ID},
)
NEW_GRANT = Thing(
    "NewGrant",
    {"role": Choice(tuple(each for each in ROLES if each != ANYONE)), "scope": SCOPE},
    {"from": Instant(about="Now, without"), "until": Instant(about="It has no end, without")},
)
PERSON = Thing("Person", {"id": _ID, "name": _NAME, "organisation": _ORGANISATION})
PERSON_IN_FULL = Thing(
    "PersonInFull",
    {
        **PERSON.required,
        "login": _LOGIN,
        "created": Instant(),
        "status": Choice(STATUSES),
        "invitedBy": Text(64),
    },
    {"contact": _CONTACT},
    about="For the person and for administrators.",
)
ME = Thing("Me", {"person": PERSON_IN_FULL, "grants": Many(GRANT)})
SESSION = Thing("Session", {"token": _TOKEN, "until": Instant(), "person": PERSON_IN_FULL})
PEOPLE_PAGE = Thing(
    "People", {"people": Many(PERSON_IN_FULL)}, {"next": Text(64, about="For `after`, where more come")}
)
GRANTS_OF = Thing("Grants", {"grants": Many(GRANT)})
ROLE_TABLE = Thing(
    "Roles", {"roles": Many(Thing("Role", {"code": Text(), "name": SENTENCE, "place": Choice(SCOPE_KINDS)}))}
)
INVITATION = Thing(
    "NewPerson", {"login": _LOGIN, "name": _NAME}, {"organisation": _ORGANISATION, "contact": _CONTACT, "hours": _HOURS}
)
HOURS = Thing("LinkFor", {}, {"hours": _HOURS})
INVITED = Thing("Invited", {"person": PERSON_IN_FULL, "token": _TOKEN, "expires": Instant()})
PERSON_CHANGE = Thing("PersonChange", {}, {"name": _NAME, "organisation": _ORGANISATION, "contact": _CONTACT})
CONTACT = Thing("Contact", {"contact": _CONTACT})
PASSWORD_BY_LINK = Thing("PasswordByLink", {"token": _TOKEN, "password": _PASSWORD})
PASSWORD_CHANGE = Thing("PasswordChange", {"before": Text(_LONGEST), "password": _PASSWORD})
