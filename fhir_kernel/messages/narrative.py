"""Issues of narratives and of HTML where none belongs (https://hl7.org/fhir/R4/narrative.html)."""

from __future__ import annotations

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "narrative.not-well-formed": Message(
        "error",
        "invalid",
        "The narrative cannot be read: {found}; expected well-formed XHTML without DOCTYPE",
        "叙述无法读取：{found}；应为格式良好且不含 DOCTYPE 的 XHTML",
    ),
    "narrative.root": Message(
        "error",
        "invalid",
        "The narrative's outermost element is '{found}'; expected '{expected}'",
        "叙述的最外层元素为“{found}”；应为“{expected}”",
    ),
    "narrative.namespace": Message(
        "error",
        "invalid",
        "The element '{name}' is in the namespace '{found}'; expected '{expected}'",
        "元素“{name}”的命名空间为“{found}”；应为“{expected}”",
    ),
    "narrative.element": Message(
        "error",
        "invalid",
        "The element '{found}' is not allowed in a narrative; expected only basic formatting elements of HTML 4",
        "叙述中不允许元素“{found}”；只允许 HTML 4 的基本格式元素",
    ),
    "narrative.attribute": Message(
        "error",
        "invalid",
        "The attribute '{found}' on '{name}' is not allowed in a narrative; expected only basic formatting attributes",
        "叙述中“{name}”上不允许属性“{found}”；只允许基本格式属性",
    ),
    "narrative.misplaced": Message(
        "error",
        "structure",
        "The element '{found}' stands in '{parent}' at '{place}'; HTML allows it only in {expected}",
        "元素“{found}”位于“{place}”处的“{parent}”中；HTML 只允许它位于 {expected}",
    ),
    "narrative.block-in-text": Message(
        "error",
        "structure",
        "The block element '{found}' stands inside the text element '{parent}' at '{place}'; expected only text there",
        "块元素“{found}”位于“{place}”处的文本元素“{parent}”中；此处只应有文本",
    ),
    "narrative.inside-itself": Message(
        "error",
        "structure",
        "The element '{found}' stands inside another '{found}' at '{place}'; expected no such nesting",
        "元素“{found}”位于“{place}”处的另一个“{found}”中；不应这样嵌套",
    ),
    "narrative.content": Message(
        "error",
        "structure",
        "The element '{name}' at '{place}' holds {found}; expected {expected}",
        "“{place}”处的元素“{name}”含有 {found}；应为 {expected}",
    ),
    "narrative.empty": Message(
        "warning",
        "invariant",
        "The narrative has no content; expected text that is not white space, or an image",
        "叙述没有内容；应有非空白文本或图像",
    ),
    "narrative.instruction": Message(
        "error",
        "structure",
        "The narrative holds a processing instruction; expected none",
        "叙述中含有处理指令；不应有",
    ),
    "narrative.link-unresolved": Message(
        "error",
        "invalid",
        "The hyperlink '{found}' at '{place}' for '{text}' does not resolve; expected an id or name in the narrative, "
        "or an id in the resource",
        "“{place}”处“{text}”的超链接“{found}”无法解析；应为叙述中的 id 或 name，或资源中的 id",
    ),
    "narrative.link-scheme": Message(
        "error",
        "invalid",
        "The scheme '{found}' of '{url}' at '{place}' for '{text}' cannot be followed; expected one of: {expected}",
        "“{place}”处“{text}”的链接“{url}”使用的方案“{found}”无法访问；应为下列之一：{expected}",
    ),
    "narrative.link-invalid": Message(
        "error",
        "invalid",
        "'{url}' at '{place}' is not a URL: {found}; expected {expected}",
        "“{place}”处的“{url}”不是 URL：{found}；应为{expected}",
    ),
    "narrative.image-unresolved": Message(
        "warning",
        "invalid",
        "The image '{found}' at '{place}' does not resolve; expected an id in the resource",
        "“{place}”处的图像“{found}”无法解析；应为资源中的 id",
    ),
    "narrative.duplicate-id": Message(
        "warning",
        "business-rule",
        "The id '{found}' stands {count} times in the narrative; expected once",
        "标识“{found}”在叙述中出现 {count} 次；应只出现一次",
    ),
    "narrative.external-style": Message(
        "warning",
        "security",
        "The style at '{place}' has '{found}', which loads or runs something; expected plain formatting",
        "“{place}”处的样式含有“{found}”，会加载或执行内容；应为单纯的格式",
    ),
    "narrative.xml-space": Message(
        "information",
        "invalid",
        "The attribute 'xml:space' on '{name}' is discouraged; expected none",
        "不建议在“{name}”上使用属性 xml:space；不应出现",
    ),
    "narrative.mixed-language": Message(
        "warning",
        "business-rule",
        "The narrative has sections in a language ({found}) and also content outside them; expected all of it inside",
        "叙述有按语言划分的部分（{found}），也有其外的内容；全部内容应在其中",
    ),
    "narrative.language": Message(
        "warning",
        "business-rule",
        "The language of the narrative is {found}; expected '{expected}', the language of the resource, in both lang "
        "and xml:lang",
        "叙述的语言为 {found}；应在 lang 和 xml:lang 中均为资源的语言“{expected}”",
    ),
    "text.html": Message(
        "error",
        "invalid",
        "The text holds what looks like an HTML tag starting at '{found}'; expected none in this context",
        "文本中有类似 HTML 标签的内容，始于“{found}”；此处不应出现",
    ),
}
