"""The wording of what terminology operations say, by message id, in English and Chinese.

Ids and English wording are those of the HL7 terminology ecosystem, as clients compare and sort them
(https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/). Ids with a hyphen are our own and stay with us.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TxMessage:
    """One message. `code` is an issue type, `tx_code` a code of tx-issue-type."""

    severity: str
    code: str
    tx_code: str | None
    english: str
    chinese: str

    def text(self, chinese: bool, params: Mapping[str, object]) -> str:
        return (self.chinese if chinese else self.english).format_map(params)


def _m(severity: str, code: str, tx_code: str | None, english: str, chinese: str) -> TxMessage:
    return TxMessage(severity, code, tx_code, english, chinese)


MESSAGES: Mapping[str, TxMessage] = {
    "Unknown_Code_in": _m(
        "error",
        "code-invalid",
        "invalid-code",
        "Unknown code '{code}' in the CodeSystem '{system}'",
        "代码系统“{system}”中没有代码“{code}”",
    ),
    "Unknown_Code_in_Version": _m(
        "error",
        "code-invalid",
        "invalid-code",
        "Unknown code '{code}' in the CodeSystem '{system}' version '{version}'",
        "代码系统“{system}”{version} 版中没有代码“{code}”",
    ),
    "UNKNOWN_CODE_IN_FRAGMENT": _m(
        "warning",
        "code-invalid",
        "invalid-code",
        "Unknown Code '{code}' in the CodeSystem '{system}' version '{version}' - note that the code system is labeled"
        " as a fragment, so the code may be valid in some other fragment",
        "代码系统“{system}”{version} 版中没有代码“{code}”；该代码系统仅为片段，代码可能在其他片段中有效",
    ),
    "CODE_CASE_DIFFERENCE": _m(
        "information",
        "business-rule",
        "code-rule",
        "The code '{code}' differs from the correct code '{right}' by case. Although the code system '{system}' is case"
        " insensitive, implementers are strongly encouraged to use the correct case anyway",
        "代码“{code}”与正确代码“{right}”大小写不同；代码系统“{system}”虽不区分大小写，仍建议使用正确的大小写",
    ),
    "CODE_NOT_IN_NORMAL_FORM": _m(
        "information",
        "business-rule",
        "code-rule",
        "The code '{code}' is valid, but its normal form in the code system '{system}' is '{right}'",
        "代码“{code}”有效，但在代码系统“{system}”中的规范形式为“{right}”",
    ),
    "ABSTRACT_CODE_NOT_ALLOWED": _m(
        "error",
        "business-rule",
        "code-rule",
        "Code '{system}#{code}' is abstract, and not allowed in this context",
        "代码“{system}#{code}”为抽象代码，此处不允许使用",
    ),
    "STATUS_CODE_WARNING_CODE": _m(
        "error",
        "business-rule",
        "code-rule",
        "The concept '{code}' is valid but is not active",
        "概念“{code}”有效但已停用",
    ),
    "INACTIVE_CONCEPT_FOUND": _m(
        "warning",
        "business-rule",
        "code-comment",
        "The concept '{code}' has a status of {status} and its use should be reviewed",
        "概念“{code}”的状态为 {status}，应复核其使用",
    ),
    "DEPRECATED_CONCEPT_FOUND": _m(
        "warning",
        "business-rule",
        "code-comment",
        "The concept '{code}' is deprecated and its use should be reviewed",
        "概念“{code}”已弃用，应复核其使用",
    ),
    "CONCEPT_DEPRECATED_IN_VALUESET": _m(
        "warning",
        "business-rule",
        "code-comment",
        "The presence of the concept '{code}' in the system '{system}' in the value set {value_set} is marked with a"
        " status of {status} and its use should be reviewed",
        "值集 {value_set} 中系统“{system}”的概念“{code}”标记为 {status}，应复核其使用",
    ),
    "None_of_the_provided_codes_are_in_the_value_set_one": _m(
        "error",
        "code-invalid",
        "not-in-vs",
        "The provided code {codes} was not found in the value set '{value_set}'",
        "值集“{value_set}”中没有所给代码 {codes}",
    ),
    "TX_GENERAL_CC_ERROR_MESSAGE": _m(
        "error",
        "code-invalid",
        "not-in-vs",
        "No valid coding was found for the value set '{value_set}'",
        "没有属于值集“{value_set}”的有效编码",
    ),
    "UNABLE_TO_INFER_CODESYSTEM": _m(
        "error",
        "not-found",
        "cannot-infer",
        "The System URI could not be determined for the code '{code}' in the ValueSet '{value_set}'",
        "无法在值集“{value_set}”中确定代码“{code}”所属的代码系统",
    ),
    "Unable_to_resolve_system__value_set_has_multiple_matches": _m(
        "error",
        "not-found",
        "cannot-infer",
        "The System URI could not be determined for the code '{code}' in the ValueSet '{value_set}': value set"
        " expansion has multiple matches: {systems}",
        "无法在值集“{value_set}”中确定代码“{code}”所属的代码系统：有多个匹配：{systems}",
    ),
    "Coding_has_no_system__cannot_validate": _m(
        "warning",
        "invalid",
        "invalid-data",
        "Coding has no system. A code with no system has no defined meaning, and it cannot be validated. A system"
        " should be provided",
        "编码没有代码系统；没有代码系统的代码没有确定的含义，无法校验，应给出代码系统",
    ),
    "Coding_has_no_system_or_code__cannot_validate": _m(
        "warning",
        "invalid",
        "invalid-data",
        "Coding has no system and no code. There is nothing to validate",
        "编码既无代码系统也无代码，没有可校验的内容",
    ),
    "coding-has-no-code": _m(
        "warning",
        "invalid",
        "invalid-data",
        "Coding has no code{of} and cannot be validated",
        "编码没有代码{of}，无法校验",
    ),
    "Terminology_TX_System_Relative": _m(
        "error",
        "invalid",
        "invalid-data",
        "Coding.system must be an absolute reference, not a local reference",
        "Coding.system 必须是绝对引用，不能是本地引用",
    ),
    "Terminology_TX_System_ValueSet2": _m(
        "error",
        "invalid",
        "invalid-data",
        "The Coding references a value set, not a code system ('{system}')",
        "编码引用的是值集而非代码系统（“{system}”）",
    ),
    "CODESYSTEM_CS_NO_SUPPLEMENT": _m(
        "error",
        "invalid",
        "invalid-data",
        "CodeSystem {system} is a supplement, so can't be used as a value in Coding.system",
        "代码系统 {system} 是补充系统，不能作为 Coding.system 的值",
    ),
    "Display_Name_for__should_be_one_of__instead_of": _m(
        "error",
        "invalid",
        "invalid-display",
        "Wrong Display Name '{display}' for {system}#{code}. {valid} (for the language(s) '{languages}')",
        "{system}#{code} 的显示名“{display}”不正确。{valid}（语言：“{languages}”）",
    ),
    "Display_Name_WS_for__should_be_one_of__instead_of": _m(
        "error",
        "invalid",
        "invalid-display",
        "Wrong whitespace in Display Name '{display}' for {system}#{code}. {valid} (for the language(s) '{languages}')",
        "{system}#{code} 的显示名“{display}”空白不正确。{valid}（语言：“{languages}”）",
    ),
    "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_OK": _m(
        "information",
        "invalid",
        "invalid-display",
        "There are no valid display names found for the code {system}#{code} for language(s) '{languages}'. The display"
        " is '{display}' which is a valid display for the default language",
        "代码 {system}#{code} 没有语言“{languages}”的显示名；“{display}”是默认语言的有效显示名",
    ),
    "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_ERR": _m(
        "error",
        "invalid",
        "invalid-display",
        "Wrong Display Name '{display}' for {system}#{code}. There are no valid display names found for language(s)"
        " '{languages}'. Default display is '{right}'",
        "{system}#{code} 的显示名“{display}”不正确。没有语言“{languages}”的显示名，默认显示名为“{right}”",
    ),
    "NO_VALID_DISPLAY_AT_ALL": _m(
        "warning",
        "invalid",
        "invalid-display",
        "Cannot validate display Name '{display}' for {system}#{code}: No valid display is known",
        "无法校验 {system}#{code} 的显示名“{display}”：没有已知的显示名",
    ),
    "INACTIVE_DISPLAY_FOUND": _m(
        "warning",
        "invalid",
        "display-comment",
        "'{display}' is no longer considered a correct display for code '{code}' (status = deprecated). The correct"
        ' display is one of "{right}".',
        "“{display}”不再是代码“{code}”的正确显示名（状态 deprecated）；正确的显示名：“{right}”。",
    ),
    "UNKNOWN_CODESYSTEM": _m(
        "error",
        "not-found",
        "not-found",
        "A definition for CodeSystem '{system}' could not be found, so the code cannot be validated",
        "找不到代码系统“{system}”的定义，无法校验代码",
    ),
    "UNKNOWN_CODESYSTEM_VERSION": _m(
        "error",
        "not-found",
        "not-found",
        "A definition for CodeSystem '{system}' version '{version}' could not be found, so the code cannot be"
        " validated. Valid versions: {versions}",
        "找不到代码系统“{system}”{version} 版的定义，无法校验代码；可用版本：{versions}",
    ),
    "UNKNOWN_CODESYSTEM_VERSION_NONE": _m(
        "error",
        "not-found",
        "not-found",
        "A definition for CodeSystem '{system}' version '{version}' could not be found, so the code cannot be"
        " validated. No versions of this code system are known",
        "找不到代码系统“{system}”{version} 版的定义，无法校验代码；没有该代码系统的任何版本",
    ),
    "UNKNOWN_CODESYSTEM_CODING_NOT_CHECKED": _m(
        "warning",
        "not-found",
        "not-found",
        "A definition for CodeSystem '{system}' could not be found, so this coding was not checked",
        "找不到代码系统“{system}”的定义，未校验此编码",
    ),
    "UNKNOWN_CODESYSTEM_EXP": _m(
        "error",
        "not-found",
        "not-found",
        "A definition for CodeSystem '{system}' could not be found, so the value set cannot be expanded",
        "找不到代码系统“{system}”的定义，无法展开值集",
    ),
    "UNKNOWN_CODESYSTEM_VERSION_EXP": _m(
        "error",
        "not-found",
        "not-found",
        "A definition for CodeSystem '{system}' version '{version}' could not be found, so the value set cannot be"
        " expanded. Valid versions: {versions}",
        "找不到代码系统“{system}”{version} 版的定义，无法展开值集；可用版本：{versions}",
    ),
    "UNKNOWN_CODESYSTEM_VERSION_EXP_NONE": _m(
        "error",
        "not-found",
        "not-found",
        "A definition for CodeSystem '{system}' version '{version}' could not be found, so the value set cannot be"
        " expanded. No versions of this code system are known",
        "找不到代码系统“{system}”{version} 版的定义，无法展开值集；没有该代码系统的任何版本",
    ),
    "VALUESET_VALUE_MISMATCH": _m(
        "error",
        "invalid",
        "vs-invalid",
        "The code system '{system}' version '{version}' in the ValueSet include is different to the one in the value"
        " ('{found}')",
        "值集中代码系统“{system}”的版本“{version}”与编码中的版本（“{found}”）不同",
    ),
    "VALUESET_VALUE_MISMATCH_DEFAULT": _m(
        "error",
        "invalid",
        "vs-invalid",
        "The code system '{system}' version '{version}' for the versionless include in the ValueSet include is"
        " different to the one in the value ('{found}')",
        "值集未指定版本，所用代码系统“{system}”的版本“{version}”与编码中的版本（“{found}”）不同",
    ),
    "VALUESET_VALUE_MISMATCH_CHANGED": _m(
        "error",
        "invalid",
        "vs-invalid",
        "The code system '{system}' version '{version}' resulting from the version '{stated}' in the ValueSet"
        " include is different to the one in the value ('{found}')",
        "由值集中的版本“{stated}”得出的代码系统“{system}”版本“{version}”与编码中的版本（“{found}”）不同",
    ),
    "VALUESET_VERSION_CHECK": _m(
        "error",
        "exception",
        "version-error",
        "The version '{version}' is not allowed for system '{system}': required to be '{required}' by a version-check"
        " parameter",
        "系统“{system}”不允许版本“{version}”：版本检查参数要求“{required}”",
    ),
    "system-version-contradiction": _m(
        "error",
        "exception",
        "version-error",
        "Two different versions of '{system}' are asked for by version parameters: '{version}' and '{found}'",
        "版本参数对“{system}”要求了两个不同的版本：“{version}”和“{found}”",
    ),
    "Unable_to_resolve_value_Set_": _m(
        "error",
        "not-found",
        "not-found",
        "A definition for the value Set '{value_set}' could not be found",
        "找不到值集“{value_set}”的定义",
    ),
    "VS_EXP_IMPORT_UNK": _m(
        "error",
        "not-found",
        "not-found",
        "Unable to find included value set '{value_set}'",
        "找不到所包含的值集“{value_set}”",
    ),
    "VS_EXP_IMPORT_UNK_PINNED": _m(
        "error",
        "not-found",
        "not-found",
        "Unable to find included value set '{value_set}' version '{version}'",
        "找不到所包含的值集“{value_set}”的 {version} 版",
    ),
    "VALUESET_CIRCULAR_REFERENCE": _m(
        "error",
        "processing",
        "vs-invalid",
        "Found a circularity pointing to {value_set} processing ValueSet with pathway [{pathway}]",
        "处理值集时发现循环引用，指向 {value_set}，路径为 [{pathway}]",
    ),
    "value-set-too-deep": _m(
        "error",
        "too-costly",
        "vs-invalid",
        "The value set '{value_set}' nests more than {limit} value sets",
        "值集“{value_set}”嵌套超过 {limit} 层",
    ),
    "VALUESET_TOO_COSTLY": _m(
        "error",
        "too-costly",
        None,
        "The value set '{value_set}' expansion has too many codes to display ({limit})",
        "值集“{value_set}”展开的代码过多，无法显示（{limit}）",
    ),
    "VALUESET_SUPPLEMENT_MISSING": _m(
        "error",
        "not-found",
        "not-found",
        "Required supplement not found: {supplements}",
        "找不到所需的补充系统：{supplements}",
    ),
    "UNABLE_TO_HANDLE_SYSTEM_FILTER_WITH_NO_VALUE": _m(
        "error",
        "invalid",
        "vs-invalid",
        "The system {system} filter with property = {property}, op = {op} has no value",
        "系统 {system} 的过滤条件（属性 {property}，运算 {op}）没有值",
    ),
    "FILTER_NOT_UNDERSTOOD": _m(
        "error",
        "not-supported",
        "vs-invalid",
        'The filter "{property} {op} {value}" from the value set {value_set} was not understood in the context of'
        " {system}",
        "在 {system} 中无法理解值集 {value_set} 的过滤条件“{property} {op} {value}”",
    ),
    "filter-regex-refused": _m(
        "error",
        "too-costly",
        "vs-invalid",
        "The regular expression '{value}' of the filter on {system} cannot be used: {reason}",
        "{system} 的过滤条件中的正则表达式“{value}”无法使用：{reason}",
    ),
    "CODESYSTEM_NOT_ENUMERABLE": _m(
        "error",
        "not-supported",
        None,
        "The codes of '{system}' follow a grammar and cannot be listed, so the value set cannot be expanded",
        "“{system}”的代码由语法生成，无法列举，因而无法展开值集",
    ),
    "code-system-no-content": _m(
        "error",
        "business-rule",
        "invalid",
        "The code system definition for {system} has no content, so this expansion cannot be performed",
        "代码系统 {system} 的定义没有内容，无法展开",
    ),
    "code-system-is-supplement": _m(
        "error",
        "business-rule",
        "invalid",
        "The code system definition for {system} defines a supplement, so this expansion cannot be performed",
        "代码系统 {system} 的定义是补充系统，无法展开",
    ),
    "value-set-locked-date": _m(
        "error",
        "business-rule",
        None,
        "Cannot process ValueSet {value_set} due to the presence of a lockedDate on the compose",
        "值集 {value_set} 的 compose 带有 lockedDate，无法处理",
    ),
    "INVALID_DISPLAY_NAME": _m(
        "error",
        "processing",
        "invalid-display",
        "Invalid displayLanguage: '{found}'",
        "displayLanguage 无效：“{found}”",
    ),
    "parameter-version-rule": _m(
        "error",
        "invalid",
        None,
        "The parameter '{name}' is '{found}'; expected a canonical with a version: url|version",
        "参数“{name}”为“{found}”；应为带版本的规范地址：url|version",
    ),
    "parameter-number": _m(
        "error",
        "invalid",
        None,
        "The parameter '{name}' is '{found}'; expected a whole number that is not negative",
        "参数“{name}”为“{found}”；应为非负整数",
    ),
    "parameter-flag": _m(
        "error",
        "invalid",
        None,
        "The parameter '{name}' is '{found}'; expected true or false",
        "参数“{name}”为“{found}”；应为 true 或 false",
    ),
    "parameter-text": _m(
        "error",
        "invalid",
        None,
        "The parameter '{name}' holds {found}; expected a text",
        "参数“{name}”为 {found}；应为文本",
    ),
    "parameter-resource": _m(
        "error",
        "invalid",
        None,
        "The parameter '{name}' holds {found}; expected a {expected}",
        "参数“{name}”为 {found}；应为 {expected}",
    ),
    "element-malformed": _m(
        "error",
        "invalid",
        None,
        "{element} is {found}; expected {expected}",
        "{element} 为 {found}；应为 {expected}",
    ),
    "parameter-missing": _m(
        "error",
        "required",
        None,
        "The operation needs {expected}, but none was given",
        "操作需要 {expected}，但没有给出",
    ),
    "no-code-to-validate": _m(
        "error",
        "invalid",
        None,
        "Unable to find code to validate (looked for coding | codeableConcept | code+system | code+inferSystem in"
        " parameters",
        "没有可校验的代码（查找了参数 coding | codeableConcept | code+system | code+inferSystem）",
    ),
    "no-value-set": _m(
        "error",
        "invalid",
        None,
        "No ValueSet specified - provide url parameter or valueSet resource",
        "没有指定值集：请给出 url 参数或 valueSet 资源",
    ),
    "parameters-both": _m(
        "error",
        "invalid",
        None,
        "The parameters '{one}' and '{other}' are both given; expected one of them",
        "同时给出了参数“{one}”和“{other}”；只应给出其一",
    ),
    "parameter-too-often": _m(
        "error",
        "too-costly",
        None,
        "The parameter '{name}' is given {found} times; expected at most {limit}",
        "参数“{name}”给出了 {found} 次；最多 {limit} 次",
    ),
    "systems-differ": _m(
        "error",
        "invalid",
        "invalid-data",
        "The codes are of different code systems, '{system}' and '{other}', and how these relate is not known",
        "代码属于不同的代码系统“{system}”和“{other}”，两者的关系未知",
    ),
    "versions-differ": _m(
        "error",
        "invalid",
        "invalid-data",
        "Two versions of '{system}' are asked for, '{version}' and '{other}'; expected one",
        "对“{system}”要求了两个版本“{version}”和“{other}”；只应有一个",
    ),
    "subsumption-undefined": _m(
        "error",
        "not-supported",
        None,
        "The hierarchy of '{system}' means {meaning}, not is-a, so subsumption between its concepts"
        " cannot be determined",
        "“{system}”的层级含义为 {meaning} 而非 is-a，无法确定概念之间的包含关系",
    ),
    "subsumption-of-grammar": _m(
        "error",
        "not-supported",
        None,
        "The codes of '{system}' follow a grammar and have no hierarchy, so subsumption between them"
        " cannot be determined",
        "“{system}”的代码由语法生成，没有层级，无法确定包含关系",
    ),
    "subsumption-incomplete": _m(
        "error",
        "incomplete",
        None,
        "Of '{system}' only a part is held (content = {content}), so it cannot be determined whether"
        " '{code}' and '{other}' are related",
        "只有“{system}”的一部分（content = {content}），无法确定“{code}”和“{other}”是否有关系",
    ),
    "codes-not-listed": _m(
        "error",
        "not-supported",
        None,
        "The codes of '{system}' follow a grammar and cannot be searched by their properties",
        "“{system}”的代码由语法生成，无法按属性查找",
    ),
    "match-complete": _m(
        "information",
        "informational",
        None,
        "All {asked} properties match",
        "{asked} 个属性全部匹配",
    ),
    "match-partial": _m(
        "information",
        "informational",
        None,
        "{matched} of {asked} properties match",
        "{asked} 个属性中有 {matched} 个匹配",
    ),
    "match-possible": _m(
        "information",
        "informational",
        None,
        "{matched} of {asked} properties match; close to: {close}",
        "{asked} 个属性中有 {matched} 个匹配；相近：{close}",
    ),
    "no-code-to-translate": _m(
        "error",
        "required",
        None,
        "There is nothing to translate; expected one of {expected}",
        "没有要转换的代码；应给出 {expected} 之一",
    ),
    "concept-map-unknown": _m(
        "error",
        "not-found",
        "not-found",
        "A definition for the concept map '{concept_map}' could not be found",
        "找不到概念映射“{concept_map}”的定义",
    ),
    "concept-map-circular": _m(
        "error",
        "business-rule",
        None,
        "The concept map '{concept_map}' sends unmapped codes on in a circle: {pathway}",
        "概念映射“{concept_map}”对未映射代码的转引构成循环：{pathway}",
    ),
    "concept-map-mode": _m(
        "error",
        "not-supported",
        None,
        "The concept map '{concept_map}' has group.unmapped.mode = '{found}'; expected provided, fixed or other-map",
        "概念映射“{concept_map}”的 group.unmapped.mode 为“{found}”；应为 provided、fixed 或 other-map",
    ),
    "translation-none": _m(
        "information",
        "informational",
        None,
        "No translations found",
        "没有找到转换结果",
    ),
    "translation-no-map": _m(
        "information",
        "informational",
        None,
        "No ConceptMap is available to translate from '{source}' to '{target}'",
        "没有从“{source}”到“{target}”的概念映射",
    ),
    "translation-out-of-scope": _m(
        "information",
        "informational",
        None,
        "'{system}#{code}' is not in the value set '{value_set}', so no ConceptMap can translate it",
        "“{system}#{code}”不在值集“{value_set}”中，没有可用的概念映射",
    ),
    "translation-depends": _m(
        "information",
        "informational",
        None,
        "More could be told with a 'dependency' for: {elements}",
        "若给出以下元素的 dependency，结果会更完整：{elements}",
    ),
    "compare-same": _m(
        "information",
        "informational",
        None,
        "The value sets {this} and {other} contain the same codes",
        "值集 {this} 与 {other} 包含相同的代码",
    ),
    "compare-subset": _m(
        "information",
        "informational",
        None,
        "The valueSet {this} is a sub-set of the valueSet {other}",
        "值集 {this} 是值集 {other} 的子集",
    ),
    "compare-superset": _m(
        "information",
        "informational",
        None,
        "The valueSet {this} is a super-set of the valueSet {other}",
        "值集 {this} 是值集 {other} 的超集",
    ),
    "compare-overlapping": _m(
        "information",
        "informational",
        None,
        "Both value sets {this} and {other} contain the codes the other doesn't, but there is some overlap",
        "值集 {this} 与 {other} 有重叠，但各有对方没有的代码",
    ),
    "compare-disjoint": _m(
        "information",
        "informational",
        None,
        "No shared codes between the value sets {this} and {other}",
        "值集 {this} 与 {other} 没有共同的代码",
    ),
    "compare-empty": _m(
        "information",
        "informational",
        None,
        "Both the value sets {this} and {other} are empty",
        "值集 {this} 与 {other} 都为空",
    ),
    "compare-indeterminate": _m(
        "information",
        "informational",
        None,
        "Unable to compare {this} and {other}: {reason}",
        "无法比较 {this} 与 {other}：{reason}",
    ),
    "compare-no-definition": _m(
        "information",
        "informational",
        None,
        "The ValueSet {value_set} has neither compose nor expansion",
        "值集 {value_set} 既没有 compose 也没有 expansion",
    ),
    "closure-name": _m(
        "error",
        "invalid",
        None,
        'invalid closure name "{name}"; expected 1 to 64 of the characters A-Z a-z 0-9 - .',
        "闭包表名称“{name}”无效；应为 1 至 64 个 A-Z a-z 0-9 - . 字符",
    ),
    "closure-unknown": _m(
        "error",
        "not-found",
        None,
        'invalid closure name "{name}": it has not been initialized here, or was not used for too long',
        "闭包表名称“{name}”无效：尚未初始化，或闲置过久",
    ),
    "closure-reinitialize": _m(
        "error",
        "business-rule",
        None,
        'closure "{name}" must be reinitialized: {reason}',
        "闭包表“{name}”必须重新初始化：{reason}",
    ),
    "closure-version": _m(
        "error",
        "invalid",
        None,
        "The parameter 'version' is '{found}'; expected a version that closure \"{name}\" has issued",
        "参数“version”为“{found}”；应为闭包表“{name}”发出过的版本",
    ),
    "closure-system-changed": _m(
        "information",
        "informational",
        None,
        "it holds version '{held}' of '{system}', which is now '{found}'",
        "其中“{system}”为“{held}”版，现为“{found}”版",
    ),
    "closure-not-issued": _m(
        "information",
        "informational",
        None,
        "unable to replay from version '{found}', the last is '{held}'",
        "无法从版本“{found}”重放，最新版本为“{held}”",
    ),
    "closure-full": _m(
        "error",
        "too-costly",
        None,
        'closure "{name}" would hold more than {limit} {what}',
        "闭包表“{name}”将超过 {limit} 个 {what}",
    ),
    "MSG_DEPRECATED": _m(
        "information",
        "business-rule",
        "status-check",
        "Reference to deprecated {type} {canonical}",
        "引用了已弃用的 {type} {canonical}",
    ),
    "MSG_WITHDRAWN": _m(
        "information",
        "business-rule",
        "status-check",
        "Reference to withdrawn {type} {canonical}",
        "引用了已撤回的 {type} {canonical}",
    ),
    "MSG_RETIRED": _m(
        "information",
        "business-rule",
        "status-check",
        "Reference to retired {type} {canonical}",
        "引用了已停用的 {type} {canonical}",
    ),
    "MSG_EXPERIMENTAL": _m(
        "information",
        "business-rule",
        "status-check",
        "Reference to experimental {type} {canonical}",
        "引用了试验性的 {type} {canonical}",
    ),
    "MSG_DRAFT": _m(
        "information",
        "business-rule",
        "status-check",
        "Reference to draft {type} {canonical}",
        "引用了草案的 {type} {canonical}",
    ),
}
"""Every message by its id: of codes, codings, displays, code systems, value sets, requests, standing."""
