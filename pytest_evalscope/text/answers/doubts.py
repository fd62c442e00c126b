"""Values that a completion only doubts, or says that others take for the answer: "I don't think it is Paris"."""

from __future__ import annotations

from pytest_evalscope.text.patterns import pattern

_REACH = 100
"""Characters before a value that are looked at."""
_STRIPPED = " \t([{*_`\"'$\\“‘«"
_BE = (
    r"(?:(?:is|was|are|were|be|been|could be|can be|would be|should be|must be|has been|had been|might be|may be"
    r"|will be|lies|lived|lives|comes|came)\s)"
)
_SUBJECT = rf"(?:(?:it|this|that|he|she|they|there)(?:['’]s)?\s{_BE}?|the\s(?:\w+\s){{1,5}}?{_BE}|(?=to be\s))"
_SMALL = (
    r"(?:(?:the|an?|in|at|on|from|by|to be|as|really|actually|necessarily|correct|right|best|option|statement|choice"
    r"|letter|called|named|located|born)\s){0,3}\Z"
)
_THINK = (
    r"(?:think|believe|sa(?:y|id)|reckon|suppose|guess|feel|sure|certain|convinced|claim|assume|expect|imagine|conclude"
    r"|agree|know(?=\s(?:if|whether)))(?:s|d|ed)?\s"
)
_NOT = (
    r"(?:n['’]t|not|cannot|never|hardly|scarcely|no one|nobody|few(?: people)?)\s"
    r"(?:(?:be|am|really|quite|entirely|at all|personally|fully|would|at all|ever)\s){0,2}"
)
_DOUBT = (
    r"\b(?:i|we|they|many|some|most|scholars|experts)\s(?:\w+ly\s|very much\s|do\s)?"
    r"(?:doubt|deny|question|disagree)(?:ed)?\s"
    r"|(?:\bis|['’]s|\bseems|\blooks|\bvery|\bhighly|\bmost|\bquite)\s(?:doubtful|unlikely|improbable|implausible)\s"
)
_ENGLISH = pattern(
    rf"(?:(?:{_NOT}{_THINK}|{_DOUBT})(?:that\s|if\s|whether\s|with\s)?{_SUBJECT}?"
    rf"|(?:\b(?:never|hardly|scarcely|barely|by no means|in no way|far from)|n['’]t|\bnot)\s(?:{_BE}|being\s){{1,2}}"
    rf"|\b(?:hardly|scarcely|barely|by no means|in no way|far from|never (?:is|was|were)|unlikely to be)\s){_SMALL}"
)
_HINTS = ("n't ", "n’t ", "not ", "never", "hardly", "scarcely", "barely", "no one", "nobody", "few ", "doubt", "deny",
    "question", "disagree", "by no ", "in no ", "unlikely", "improbable", "implausible", "far from")  # fmt: skip
_FOREIGN = pattern(
    r"(?:\b(?:glaube|denke|meine|finde|glauben|denken)\s(?:\w+\s)?(?:nicht|kaum),?\s(?:dass|daß)\s(?:(?:es|das|dies|er|sie|in"
    r"|die \w+|der \w+)\s){0,2}|\bbezweifle,?\s(?:dass|daß|ob)\s(?:(?:es|das|dies|in|die \w+)\s){0,2}"
    r"|\b(?:niemals|nie|keinesfalls|keineswegs|kaum)\s(?:(?:in|die|der|das|option)\s)?"
    r"|\b(?:crois|pense|croit|pensons)\s(?:vraiment\s)?pas\s(?:que\s(?:ce\s(?:soit|sera|serait)\s|c['’]est\s"
    r"|la \w+ (?:soit|est)\s"
    r"|il s['’]agisse de\s)?)|\bdoute\s(?:fort\s)?que\s(?:ce\ssoit\s)?|\bjamais\s(?:été\s|à\s)?"
    r"|\bno\s(?:creo|pienso|me parece)\sque\s(?:(?:sea|es|fuera|está en|la \w+ sea)\s)?(?:la\s)?"
    r"|\bdudo\s(?:de\s)?que\s(?:sea\s)?(?:la\s)?"
    r"|\b(?:nunca|jamás)\s(?:(?:ha sido|fue|es|en)\s)?"
    r"|\bnão\s(?:acho|creio|acredito|penso)\sque\s(?:(?:seja|é|a \w+ seja)\s)?(?:a\s)?"
    r"|\bduvido\sque\s(?:seja\s)?(?:a\s)?"
    r"|\b(?:nunca|jamais)\s(?:(?:foi|é|em)\s)?"
    r"|\bnon\s(?:credo|penso|mi sembra)\sche\s(?:(?:sia|è|la \w+ sia)\s)?(?:la\s)?|\bdubito\sche\s(?:sia\s)?(?:la\s)?"
    r"|\bmai\s(?:(?:stat[ao]|a)\s)?"
    r"|\bне\s(?:думаю|считаю|верю|уверена?),?\sчто\s(?:это\s)?|\bсомневаюсь,?\sчто\s(?:это\s)?|\bникогда\sне\s(?:был[ао]?\s)?"
    r"|\btidak\s(?:yakin|percaya|berpikir|merasa)\s(?:bahwa\s)?(?:(?:itu|ini|jawabannya)\s)?(?:adalah\s)?"
    r"|\bkhông\s(?:nghĩ|tin|cho)\s(?:rằng\s|là\s)?(?:đó\s|nó\s)?(?:là\s)?"
    r"|\bsidhani\s(?:kama\s|kwamba\s)?(?:ni\s)?|لا (?:أعتقد|أظن) أن(?:ها|ه)?\s(?:الإجابة\s)?(?:هي\s)?"
    r"|(?:不认为|不觉得|不相信|不確信|怀疑)(?:这|它|答案|正确答案)?(?:会|应该)?是?\s?|从来(?:没有|不)是?\s?|从未是?\s?"
    r"|ไม่คิดว่า(?:เป็น|คือ)?(?:ข้อ)?\s?)\Z"
)
_FOREIGN_HINTS = (" dass ", "nie", " ob ", "kein", "kaum", " pas ", "doute ", "jam", "no creo", "no pienso",
    "no me ", "dudo ", "nunca ", "duvido ", "non ", "dubito ", "mai ", "tidak ", "sidhani")  # fmt: skip
_ASCII_ASIDE = (
    "не ",
    "сомневаюсь",
    "không ",
    "لا ",
    "认为",
    "觉得",
    "相信",
    "確信",
    "怀疑",
    "从",
    "ไม่",
    "jamás",
    "daß",
    "não ",
)
_BEHIND = pattern(
    r"(?:だ)?とは(?:思わな|思いませ|思えませ|思えな|考えにくい|限りませ|限らな)"
    r"|(?:이?라고는?|일 것(?:이라고|으로)) (?:생각하지|보지) (?:않|못)"
    r"|\s(?:नहीं लगता|है, ऐसा नहीं)"
)
_OTHERS = pattern(
    r"(?:\b(?:some|many|most|others|you|one|everyone|people|i|we)\s(?:people\s|might\s|may\s|could\s|would\s|will\s|often\s"
    r"|first\s|at first\s|initially\s|had\s|of us\s){0,2}"
    r"(?:say|think|believe|guess|claim|assume|expect|suppose|answer|thought|believed|assumed|guessed|expected)\s(?:that\s)?"
    rf"{_SUBJECT}?){_SMALL}"
)
_BUT = pattern(
    r"[*_`\"'”’»)]{0,4}(?:\s?;|[,.]?\s(?:but|however|yet|although|though|in fact|in reality|actually|really)\b)"
)


_ENDS = (". ", "! ", "? ", "; ", ": ", "\n", "。", "；", "！", "？")


def doubted(text: str, start: int, end: int) -> bool:
    """Return whether `text[start:end]` is doubted, or what others say: "I doubt it is Paris", "some say Paris, but"."""
    behind = text[end : end + 40]
    before = f"{text[max(start - _REACH, 0) : start].rstrip(_STRIPPED).lower()} "
    only_ascii = before.isascii()
    if not (only_ascii and behind.isascii()) and _BEHIND.match(behind):
        return True
    before = before[max(map(before.rfind, _ENDS)) + 1 :]
    if any(map(before.__contains__, _HINTS)) and _ENGLISH.search(before):
        return True
    hints = _FOREIGN_HINTS if only_ascii else _FOREIGN_HINTS + _ASCII_ASIDE
    if any(map(before.__contains__, hints)) and _FOREIGN.search(before):
        return True
    return _BUT.match(behind) is not None and _OTHERS.search(before) is not None
