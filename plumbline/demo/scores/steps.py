"""The part of the story that is about scores, in two chapters."""

from __future__ import annotations

from plumbline.demo.registry.scene import Step
from plumbline.demo.scores.appealing import appeal, rescore
from plumbline.demo.scores.expecting import expect
from plumbline.demo.scores.mending import look, rise
from plumbline.demo.scores.months import score_first, score_second, send_first, send_second
from plumbline.demo.scores.practising import practise
from plumbline.demo.scores.products import certify, score_products
from registry.sentence import Sentence

_EVALUATOR = Sentence("Evaluator (E)", "评价员（E）")
_INSTITUTIONS = Sentence("Institutions", "各机构")
_INSTITUTION = Sentence("An institution", "一家机构")

FIRST = (
    Step(
        Sentence("Business department (M)", "业务主管部门（M）"),
        Sentence("says what is expected of each class", "规定各类机构的评价内容"),
        expect,
    ),
    Step(
        _INSTITUTIONS, Sentence("send the records of a month, each on the next day", "次日上报，持续一个月"), send_first
    ),
    Step(_EVALUATOR, Sentence("takes the scores", "评分"), score_first),
    Step(_INSTITUTION, Sentence("looks at its own score, and what to mend", "查看本机构得分及整改建议"), look),
    Step(_INSTITUTION, Sentence("appeals against a rule", "对一条规则提出申诉"), appeal),
    Step(_EVALUATOR, Sentence("scores everybody anew by the erratum", "按勘误重新评分"), rescore),
)
SECOND = (
    Step(
        Sentence("A vendor", "一家厂商"),
        Sentence("practises, as often as it likes and unscored", "练习上报，不限次数、不计分"),
        practise,
    ),
    Step(_INSTITUTIONS, Sentence("send the records of the next month", "上报下一个月的记录"), send_second),
    Step(_EVALUATOR, Sentence("takes the scores", "评分"), score_second),
    Step(_INSTITUTION, Sentence("sees what its mending was worth", "查看整改成效"), rise),
    Step(
        Sentence("Anybody (A)", "公众（A）"),
        Sentence("compares the products of vendors", "比较厂商产品"),
        score_products,
    ),
    Step(_EVALUATOR, Sentence("issues a certificate for a product", "签发产品符合性证书"), certify),
)
