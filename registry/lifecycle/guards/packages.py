"""The FHIR package of a project, and the registry track of code tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from registry.lifecycle.guards.question import Guard, Question
from registry.sentence import Sentence


def makes_package(asked: Question) -> Iterator[Sentence]:
    """The project is to make a package."""
    if not asked.case.project.has_package:
        yield Sentence("the project makes no package", "该项目不含数据包")


def package_passes(asked: Question) -> Iterator[Sentence]:
    """There is a package, all of it compiles and its examples are valid."""
    if not asked.case.project.has_package:
        return
    package = asked.case.facts.package
    if asked.case.progress.states["package"] == "none":
        yield Sentence("the package has not been begun", "尚未建立数据包")
    if package is None:
        yield Sentence("there is no draft of the package", "缺少数据包草案")
    elif package.errors:
        yield Sentence(
            f"the package has errors: {package.errors}; it has to compile and its examples have to be valid",
            f"数据包有 {package.errors} 个错误；须能编译且示例有效",
        )


def package_signed(asked: Question) -> Iterator[Sentence]:
    """The bytes that are published are signed."""
    package = asked.case.facts.package
    if asked.case.project.has_package and (package is None or not package.is_signed):
        yield Sentence("the package is not signed", "数据包未签名")


def package_staged(asked: Question) -> Iterator[Sentence]:
    """The staging server has installed it without error."""
    package = asked.case.facts.package
    if not asked.case.project.has_package:
        return
    if package is None or package.staging is None:
        yield Sentence("the package has not been installed on the staging server", "数据包尚未在预发布服务器上安装")
    else:
        yield from package.staging


def registry_track(asked: Question) -> Iterator[Sentence]:
    """The standard follows the registry track."""
    if asked.case.standard.track != "registry":
        yield Sentence("the standard does not follow the registry track of code tables", "该标准不适用代码表登记程序")


def custodian(asked: Question) -> Iterator[Sentence]:
    """The custodian acts."""
    own = asked.case.standard.custodian
    if not own or own != asked.actor.id:
        yield Sentence("only the custodian of the code tables may do this", "只有代码表维护人可以进行此操作")


def codes_only(asked: Question) -> Iterator[Sentence]:
    """The new version changes codes only, and breaks nothing."""
    package = asked.case.facts.package
    if package is None:
        yield Sentence("there is no draft of the package", "缺少数据包草案")
    elif not package.is_codes_only:
        yield Sentence(
            "the version changes more than code tables, or breaks something; the text has to be revised for that",
            "该版本不仅改动代码表，或包含不兼容的改动；须修订文本",
        )


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        "makes-package": makes_package,
        "package-passes": package_passes,
        "package-signed": package_signed,
        "package-staged": package_staged,
        "registry-track": registry_track,
        "custodian": custodian,
        "codes-only": codes_only,
    }
)
