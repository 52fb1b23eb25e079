"""What a password has to be; there is none that anybody is given.

Long rather than colourful (https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver).
"""

from __future__ import annotations

import unicodedata

from registry.sentence import Sentence

LEAST, MOST = 12, 256
"""Characters."""
_DIFFERENT = 5
"""Characters that have to differ from one another, so that nobody leans on one key."""


def normalised(password: str) -> str:
    """The same characters however a keyboard composes them."""
    return unicodedata.normalize("NFC", password)


def password_problems(password: str, login: str) -> tuple[Sentence, ...]:
    """What is wrong with a password for a login name; nothing of it is shown."""
    return tuple(_problems(normalised(password), login))


def _problems(password: str, login: str) -> list[Sentence]:
    found = []
    if not LEAST <= len(password) <= MOST:
        en = f"the password has {len(password)} characters; expected {LEAST} to {MOST}"
        found.append(Sentence(en, f"密码为 {len(password)} 个字符；应为 {LEAST} 至 {MOST} 个字符"))
    if len(set(password)) < _DIFFERENT:
        en = f"the password repeats few characters; expected at least {_DIFFERENT} different ones"
        found.append(Sentence(en, f"密码字符重复过多；应至少包含 {_DIFFERENT} 个不同字符"))
    name = login.partition("@")[0]
    if any(each in password.casefold() for each in {login, name, name[::-1]} if len(each) > 2):
        en = "the password holds the login name; expected one that does not"
        found.append(Sentence(en, "密码包含登录名；请使用不含登录名的密码"))
    if any(unicodedata.category(each) == "Cc" for each in password):
        found.append(Sentence("the password holds control characters; expected none", "密码含有控制字符；不允许"))
    return found
