"""Whether the display that came with a code is right, and what to say where it is not.

https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/languages.html: a display must be one of the names of the concept in
a language that the caller asked for; where there is none in such a language, one in the code system's own will do.
"""

from __future__ import annotations

from typing import Any

from terminology.engine.answer import Asked, Findings, Known, add_to_path
from terminology.engine.designations import (
    Designation,
    check_display,
    count_displays,
    preferred,
    present,
)
from terminology.engine.options import Options

_WRONG = "Display_Name_for__should_be_one_of__instead_of"
_WRONG_SPACE = "Display_Name_WS_for__should_be_one_of__instead_of"


def judge_display(asked: Asked, known: Known, options: Options, findings: Findings) -> None:
    """Report what is wrong with the display of a code that is a member."""
    display, languages = asked.display, options.languages
    if not display or not known.names:
        return
    check = check_display(known.names, display, languages)
    if not check.found:
        _report_wrong(asked, known, options, findings, only_space=check.only_space)
    elif not check_display(known.names, display, languages, active_only=True).found:
        _report_withdrawn(asked, known.names, findings)


def judge_display_of_stranger(asked: Asked, known: Known, options: Options, findings: Findings) -> None:
    """The same for a code that is in its code system but not in the value set."""
    if not asked.display or not known.names:
        return
    check = check_display(known.names, asked.display, options.languages, known.language)
    if not check.found:
        _say_wrong(asked, known.names, options, findings, only_space=check.only_space)


def _severity(options: Options) -> str:
    return "warning" if options.flag("lenient-display-validation") else "error"


def _report_wrong(asked: Asked, known: Known, options: Options, findings: Findings, *, only_space: bool) -> None:
    names, languages = known.names, options.languages
    if count_displays(names, languages, displays_only=True) or count_displays(names, languages, displays_only=False):
        _say_wrong(asked, names, options, findings, only_space=only_space)
        return
    right = preferred(names, None)
    params = _params(asked, options) | {"right": right.value if right is not None else ""}
    where = add_to_path(asked.path, "display")
    if check_display(names, asked.display or "", languages, known.language or "en").found:
        findings.add("NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_OK", where, tell=True, **params)
    else:
        message_id = "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_ERR"
        findings.add(message_id, where, severity=_severity(options), tell=True, **params)


def _say_wrong(
    asked: Asked, names: list[Designation], options: Options, findings: Findings, *, only_space: bool
) -> None:
    count = count_displays(names, options.languages, displays_only=True)
    where, params = add_to_path(asked.path, "display"), _params(asked, options)
    severity = _severity(options) if count else "warning"
    if not names:
        findings.add("NO_VALID_DISPLAY_AT_ALL", where, severity=severity, tell=True, **params)
        return
    displays = present(names, options.languages)
    count = count or count_displays(names, options.languages, displays_only=False)
    params["valid"] = _valid(count, displays, chinese=findings.chinese)
    findings.add(_WRONG_SPACE if only_space else _WRONG, where, severity=severity, tell=True, **params)


def _valid(count: int, displays: str, *, chinese: bool) -> str:
    if chinese:
        return f"有效的显示名：{displays}"
    return f"Valid display is {displays}" if count == 1 else f"Valid display is one of {count} choices: {displays}"


def _report_withdrawn(asked: Asked, names: list[Designation], findings: Findings) -> None:
    """A name of the concept that is withdrawn is still understood, so this never makes the code wrong."""
    right = ",".join(dict.fromkeys(each.value for each in names if each.is_active and each.is_display))
    where = add_to_path(asked.path, "display")
    findings.add("INACTIVE_DISPLAY_FOUND", where, display=asked.display, code=asked.code, right=right)


def _params(asked: Asked, options: Options) -> dict[str, Any]:
    languages = str(options.languages) if options.languages is not None else "--"
    return {"display": asked.display, "system": asked.system, "code": asked.code, "languages": languages}
