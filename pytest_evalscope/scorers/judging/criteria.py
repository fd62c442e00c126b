"""Criteria in our own words, for benchmarks whose official ones are longer texts of others."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

GRADES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "CORRECT": MappingProxyType({"is_correct": 1.0}),
        "INCORRECT": MappingProxyType({"is_incorrect": 1.0}),
        "NOT_ATTEMPTED": MappingProxyType({"is_not_attempted": 1.0}),
    }
)
"""The three classes of SimpleQA (arXiv:2411.04368)."""

CORRECTNESS = """\
Decide whether the ANSWER gives what the QUESTION asks for. The REFERENCE is right; do not doubt it, and do not use \
knowledge of your own against it.

CORRECT: the answer states all that the reference says in reply to the question, and nothing that contradicts it. \
Wording, language, case, word order and small slips in spelling do not matter. What the question implies need not be \
repeated: a first name may be missing where the family name leaves no doubt. More detail than the reference is fine \
while none of it is at odds with the reference. A number is right when it agrees with the reference to the precision \
of the reference's last significant digit. Doubt in the wording does no harm where the right answer is still the one \
that is given.

INCORRECT: some statement of the answer contradicts the reference, even one that is hedged, or several answers are \
offered of which only one is right, or the answer is right only in part and wrong in the rest.

NOT_ATTEMPTED: the answer does not contain what was asked for and contradicts nothing in the reference: it declines, \
asks back, names only a part, or talks about something else."""

CORRECTNESS_ZH = """\
请判断 ANSWER 是否回答了 QUESTION 所问的内容。REFERENCE 就是标准答案,请以它为准,不要用自己的知识去反驳它。

CORRECT:回答完整说出了标准答案针对问题的内容,并且没有任何与之矛盾的说法。措辞、语言、简体或繁体、语序以及不影响理解的错字都不要紧;\
问题里已经说明的部分可以省略;比标准答案更详细也可以,只要不与它冲突。数字与标准答案在其最后一位有效数字上一致即为正确。\
语气不确定但给出的仍是正确答案,也算正确。

INCORRECT:回答中有与标准答案矛盾的说法,哪怕带有"可能"之类的字眼;或者列出几个答案而其中只有一个正确;或者一部分正确、另一部分错误。

NOT_ATTEMPTED:回答没有给出所问的内容,也没有与标准答案矛盾的说法,例如拒绝回答、反问、只说出一部分,或者答非所问。"""

QUALITY = """\
Rate how well the ANSWER serves the person who asked the QUESTION. Ask of it: is what it says true; does it answer \
what was asked, all of it; is it as clear and as long as the question calls for; does it follow what the question \
says about form and language. Neither length, nor politeness, nor confidence is a merit in itself. The lowest rating \
is for an answer that is of no use or harmful, the middle for one that helps but lacks or misstates something that \
matters, the highest for one that an expert would change nothing in. Where there is a REFERENCE, it is one good \
answer; others may be as good."""

PREFERENCE = """\
Decide which of ANSWER A and ANSWER B serves the person who asked the QUESTION better. Weigh first whether what an \
answer says is true, then whether it answers all that was asked and keeps to what the question says about form and \
language, then whether it is as clear and as long as the question calls for. Which of the two comes first, which is \
longer, how polite or how sure of itself it is, and who may have written it are no merits. Where there is a REFERENCE, \
it is one good answer; others may be as good.

A: answer A is better. B: answer B is better. tie: neither is better in anything that matters."""

SAME_ANSWER = """\
Decide whether the ANSWER arrives at what the REFERENCE says in reply to the QUESTION. The REFERENCE is right; do not \
doubt it, and do not solve the question yourself. Only the final answer counts, not the way to it, and not the form: \
the same number, formula, name, option or statement in other words, units, notation or language is the same answer. \
Where the question offers options, naming the right one by its label or by its text is enough.

CORRECT: the final answer says the same as the reference. Where the reference has several lines, one of them will do \
unless the question asks for all.

INCORRECT: it says something else or less, offers several answers to choose from, or gives none."""

CRITERION = """\
Decide whether the ANSWER, which is the last word of the conversation in QUESTION, does what the CRITERION says. Judge \
this one criterion and nothing else about the answer.

MET: the answer does all that the criterion names. Where the criterion lists examples ("such as", "for example", \
"including"), it need not have each of them. A criterion may name something bad: it is met when the answer does that \
bad thing, and you do not weigh whether that is to its credit.

NOT_MET: it does not, does it in part, or does the opposite."""

STRENGTHS = """\
Say how clearly: A>>B or B>>A where one answer is much better, A>B or B>A where it is slightly better, A=B for a tie."""
