"""Issues of Bundles (https://hl7.org/fhir/R4/bundle.html)."""

from __future__ import annotations

from fhir_kernel.messages.message import Message

MESSAGES: dict[str, Message] = {
    "bundle.full-url-missing": Message(
        "error",
        "invalid",
        "The entry of a {type} Bundle has no fullUrl; expected one: only transactions and batches may leave it out",
        "类型为 {type} 的 Bundle 的条目缺少 fullUrl；只有事务和批处理可以省略",
    ),
    "bundle.full-url-relative": Message(
        "error",
        "invalid",
        "The fullUrl is '{found}'; expected an absolute URL, urn:uuid: or urn:oid:",
        "fullUrl 为“{found}”；应为绝对 URL、urn:uuid: 或 urn:oid:",
    ),
    "bundle.full-urls-relative": Message(
        "error",
        "invalid",
        "The fullUrl is '{found}', and those of {count} more entries are relative too ({others}); "
        "expected absolute URLs, urn:uuid: or urn:oid:",
        "fullUrl 为“{found}”，另有 {count} 个条目的 fullUrl 也是相对的（{others}）；"
        "应为绝对 URL、urn:uuid: 或 urn:oid:",
    ),
    "bundle.full-url-no-id": Message(
        "error",
        "invalid",
        "The fullUrl '{found}' is that of a resource on a server, but the resource has no id; expected the URL's id",
        "fullUrl“{found}”是服务器上资源的地址，但该资源没有 id；应有与 URL 一致的 id",
    ),
    "bundle.full-url-mismatch": Message(
        "error",
        "invalid",
        "The fullUrl is '{found}'; expected it to end with the type and id of the resource, '{expected}'",
        "fullUrl 为“{found}”；应以该资源的类型和 id 结尾，即“{expected}”",
    ),
    "bundle.full-url-canonical": Message(
        "error",
        "invalid",
        "The fullUrl '{found}' is the canonical URL of the resource; expected the URL where it is stored, or urn:uuid:",
        "fullUrl“{found}”是该资源的规范 URL；应为其存储地址或 urn:uuid:",
    ),
    "bundle.link-paging": Message(
        "error",
        "invalid",
        "The link relation '{found}' belongs to pages of search results or history; expected none in a {type} Bundle",
        "链接关系“{found}”只用于检索结果或历史记录的分页；类型为 {type} 的 Bundle 中不应出现",
    ),
    "bundle.link-duplicate": Message(
        "error",
        "invalid",
        "The link relation '{found}' is there more than once; expected it once",
        "链接关系“{found}”出现多次；只应出现一次",
    ),
    "bundle.stylesheet-missing": Message(
        "error",
        "not-found",
        "The Bundle has no resource '{found}' for the stylesheet; expected a Binary with this type and id",
        "Bundle 中没有样式表“{found}”对应的资源；应有该类型和 id 的 Binary",
    ),
    "bundle.stylesheet-external": Message(
        "warning",
        "business-rule",
        "The stylesheet '{found}' is outside the document; expected https://hl7.org/fhir/fhir.css or a Binary within",
        "样式表“{found}”不在文档之内；应为 https://hl7.org/fhir/fhir.css 或 Bundle 中的 Binary",
    ),
    "bundle.no-entries": Message(
        "error",
        "invalid",
        "The {type} Bundle has no entries; expected a {expected} in the first",
        "类型为 {type} 的 Bundle 没有条目；首个条目应为 {expected}",
    ),
    "bundle.no-first-resource": Message(
        "error",
        "invalid",
        "The first entry of the {type} Bundle has no resource; expected a {expected}",
        "类型为 {type} 的 Bundle 的首个条目没有资源；应为 {expected}",
    ),
    "bundle.reference-missing": Message(
        "error",
        "not-found",
        "The Bundle has no entry for '{found}'; expected everything that is referred to here to be in the Bundle",
        "Bundle 中没有“{found}”对应的条目；此处引用的资源都应在 Bundle 之内",
    ),
    "bundle.reference-mismatch": Message(
        "error",
        "invalid",
        "The Bundle holds '{found}' only under another fullUrl: {entries}; expected the fullUrl '{expected}'",
        "Bundle 中“{found}”的 fullUrl 与引用不符：{entries}；应为“{expected}”",
    ),
    "bundle.reference-no-base": Message(
        "error",
        "invalid",
        "The relative reference '{found}' cannot mean {entries}: the fullUrl '{full_url}' of its entry gives no base; "
        "expected the fullUrl of the target as reference",
        "相对引用“{found}”无法指向 {entries}：其所在条目的 fullUrl“{full_url}”不提供基址；应直接引用目标的 fullUrl",
    ),
    "bundle.document-unreachable": Message(
        "error",
        "informational",
        "Entry '{found}' is not linked with the Composition; expected every entry of a document to be referred to",
        "条目“{found}”与 Composition 没有关联；文档的每个条目都应被引用",
    ),
    "bundle.document-backward": Message(
        "warning",
        "invalid",
        "Entry '{found}' refers to the document's content, but nothing refers to it; expected this of Provenance alone",
        "条目“{found}”引用了文档内容，但没有任何内容引用它；只有 Provenance 可以如此",
    ),
    "bundle.message-unreachable": Message(
        "warning",
        "informational",
        "Entry '{found}' is not linked with the MessageHeader; is it needed to process the message?",
        "条目“{found}”与 MessageHeader 没有关联；处理该消息需要它吗？",
    ),
    "bundle.message-backward": Message(
        "information",
        "informational",
        "Entry '{found}' refers to the message's content, but nothing refers to it; is it needed for the message?",
        "条目“{found}”引用了消息内容，但没有任何内容引用它；处理该消息需要它吗？",
    ),
    "bundle.search-no-self": Message(
        "warning",
        "invalid",
        "The search set has no self link; expected one with the search as the server understood it",
        "检索结果没有 self 链接；应有一个表明服务器所理解的检索条件的链接",
    ),
    "bundle.search-self-unclear": Message(
        "information",
        "invalid",
        "The self link '{found}' does not say which types were searched; expected a type or _type",
        "self 链接“{found}”未说明检索的资源类型；应含类型或 _type 参数",
    ),
    "bundle.search-mode-missing": Message(
        "warning",
        "invalid",
        "The entry has no search.mode; expected match, include or outcome",
        "条目没有 search.mode；应为 match、include 或 outcome",
    ),
    "bundle.search-modes-missing": Message(
        "information",
        "invalid",
        "No entry of the search set has a search.mode; expected match, include or outcome on each",
        "检索结果的条目都没有 search.mode；每个条目应为 match、include 或 outcome",
    ),
    "bundle.search-no-resource": Message(
        "error",
        "invalid",
        "The entry of a search set has no resource; expected one",
        "检索结果的条目没有资源；应有资源",
    ),
    "bundle.search-no-id": Message(
        "error",
        "invalid",
        "The {type} in the search set has no id; expected search results to have ids",
        "检索结果中的 {type} 没有 id；检索结果应有 id",
    ),
    "bundle.search-wrong-type": Message(
        "error",
        "invalid",
        "The entry is a {found}; expected the type that was searched for: {expected}",
        "该条目为 {found}；应为所检索的类型：{expected}",
    ),
    "bundle.search-outcome-type": Message(
        "error",
        "invalid",
        "The entry with search mode 'outcome' is a {found}; expected an OperationOutcome",
        "检索方式为 outcome 的条目是 {found}；应为 OperationOutcome",
    ),
    "bundle.request-no-resource": Message(
        "error",
        "required",
        "The request is a {found}, but the entry has no resource; expected one",
        "请求方法为 {found}，但条目没有资源；应有资源",
    ),
    "bundle.request-extra-resource": Message(
        "warning",
        "invalid",
        "The request is a {found}, but the entry has a resource; expected none",
        "请求方法为 {found}，但条目含有资源；不应有资源",
    ),
    "bundle.request-wrong-type": Message(
        "error",
        "invalid",
        "The {method} goes to '{found}', but the resource is a {expected}; expected a URL of that type",
        "{method} 请求的地址为“{found}”，但资源类型为 {expected}；地址应与资源类型一致",
    ),
    "bundle.request-wrong-id": Message(
        "error",
        "invalid",
        "The PUT goes to '{found}'; expected '{expected}', by the id of the resource",
        "PUT 请求的地址为“{found}”；按资源的 id 应为“{expected}”",
    ),
    "bundle.request-entity-tag": Message(
        "warning",
        "value",
        "The entity tag is '{found}'; expected the form W/\"version\"",
        '实体标签为“{found}”；应为 W/"版本" 的形式',
    ),
    "bundle.request-condition": Message(
        "warning",
        "invalid",
        "{found} has no meaning for a {method} request; expected {expected}",
        "{found} 对 {method} 请求没有意义；应为 {expected}",
    ),
    "bundle.request-twice": Message(
        "error",
        "business-rule",
        "The transaction changes '{found}' twice, here and in {other}; expected each resource once",
        "事务对“{found}”的更改出现两次（此处和 {other}）；每个资源只应更改一次",
    ),
}
