from __future__ import annotations

import pytest

from registry.comments.comment import Author, Element
from registry.comments.commenting import comments_of, withhold
from registry.comments.disposing import dispositions_of
from registry.comments.parties import Counts
from registry.comments.summary import Head, comment_table
from registry.sentence import Sentence
from registry.tables.csv_text import as_csv
from registry.tables.html import as_html
from tests.registry.comments.world import disposed, opened, said

pytestmark = pytest.mark.anyio
HEAD = Head(Sentence("Patient data set", "患者数据集"), "某中心", Counts(30, 25, 12))


async def table_of(store, *, public):
    consultation = await opened(store)
    await said(store, consultation, "<script>x</script>", author=Author("王小明", "某医院", "138"))
    await said(store, consultation, "=1+1", place=Element("http://x.cn/p", "Patient.name"))
    await said(store, consultation, "3", author=Author("李四", "", ""))
    await store.commit(lambda work: withhold(work, consultation.id, 3, reason="本人要求"))
    await disposed(store, consultation, 1, "partly", reason="部分合理")
    comments, dispositions = await comments_of(store, consultation.id), await dispositions_of(store, consultation.id)
    return comment_table(HEAD, comments, dispositions, "zh", public=public)


async def test_the_table_is_that_of_the_offices(store):
    table = await table_of(store, public=False)
    assert table.title == "意见汇总处理表"
    assert table.columns == ("序号", "标准章条编号", "意见内容", "提出单位", "处理意见", "理由")
    assert table.head == (("标准项目名称", "患者数据集"), ("起草单位", "某中心"))
    assert table.notes[2] == "回函并有建议或意见的单位数：12个"
    assert table.rows == [
        ("1", "4.2.1", "<script>x</script>", "某医院 王小明", "部分采纳", "部分合理\n4.2"),
        ("2", "http://x.cn/p#Patient.name", "=1+1", "匿名", "待处理", ""),
        ("3", "4.2.1", "3", "已隐去", "待处理", ""),
    ]


async def test_the_table_for_everybody_names_nobody_who_did_not_agree(store):
    table = await table_of(store, public=True)
    assert [row[3] for row in table.rows] == ["匿名", "匿名", "已隐去"]
    written = as_html(table, "zh") + as_csv(table).decode()
    assert "王小明" not in written
    assert "&lt;script&gt;" in written
