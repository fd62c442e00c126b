"""Completions that give a label, a word or words, spans, ratings or tags."""

from __future__ import annotations

from collections.abc import Iterator

from .reply import RIGHT, WRONG, Reply, stated, written

YES_NO = (("yes", "no"), ("no", "yes"))
LABELS: dict[str, tuple[str, ...]] = {
    "labels: stated (D13)": (
        "@x", "@X", "@x.", "Answer: @x", "ANSWER: @x", "The answer is @x.", "**@x**", "**Answer:** @x",
        "@x, because the trial showed it.", "@X. The other arm differed.", "Answer: @X\n", '"@x"',
        r"\boxed{\text{@x}}",
        r"\boxed{@x}",
        "The answer is: @x", "Final answer: @x", "@X, it does.", "### Answer\n@x", "Answer:\n@X",
        "So the answer is @x.", "The correct answer is '@x'.",
    ),
    "labels: structures (D13)": ('{"answer":"@x"}', '{"answer": "@X", "reason": "not @y"}', "<answer>@x</answer>",
    '```json\n{"answer": "@x"}\n```', '{"reason": "@y seems wrong", "answer": "@x"}', "{'answer': '@x'}"),
    "labels: words beside (D13)": (
        "The answer is @x, not @y.", "Not @y. The answer is @x.", "At first I thought @y. ANSWER: @x",
        "@X, since @y would need more.", "The answer is definitely @x.", "It is not @y. Answer: @x",
        "Answer: @x. (@y would be too strong.)",
    ),
}  # fmt: skip
PROSE = (
    ("YES. The arms differ. No patient died.", "yes", "no"), ("Yes, no doubt.", "yes", "no"),
    ("No. Yes would need more data.", "no", "yes"), ("No, there is no evidence.", "no", "yes"),
    ("Yes - none of the trials failed.", "yes", "no"),
    ("Yes.\n\nNo adverse events occurred.", "yes", "no"), ("No\n\nYes-men aside, the data are clear.", "no", "yes"),
    ("Answer: yes\nNo other reading is possible.", "yes", "no"),
)  # fmt: skip
OTHER_YES = {
    "zh": (("答案：是", "yes", "no"), ("答案：否", "no", "yes"), ("是", "yes", "no"), ("不是", "no", "yes"),
    ("否", "no", "yes"),
    ("是的。", "yes", "no")),
    "de": (("Antwort: ja", "yes", "no"), ("Nein.", "no", "yes")),
    "fr": (("Réponse : oui", "yes", "no"), ("Non.", "no", "yes")),
    "es": (("Respuesta: sí", "yes", "no"), ("No.", "no", "yes")),
}  # fmt: skip
NO_LABEL = (
    "I cannot say.",
    "There is no evidence either way.",
    "It is either yes or no.",
    "",
    "Answer: unclear",
    "yes or no?",
    "The answer is not yes.",
)

WORDS = (
    ("Paris", "Lyon"),
    ("New York", "York"),
    ("Ludwig van Beethoven", "Mozart"),
    ("42", "24"),
    ("O'Neill", "Neill"),
)
EXACT = ("@x", "@x.", "**@x**", "@X", " @x\n", '"@x"', "@x!", "`@x`", "*@x*", "“@x”", "'@x'", "**@x**.")
INCLUDES = (
    "Answer: @x", "The answer is @x.", "It is @x.", "**@x**", "@X", "I believe it was @x.", "<answer>@x</answer>",
    '{"answer": "@x"}', "The capital, @x, lies there.", "@x, of course.", "(@x)", "‘@x’", "The answer is @x, not @y.",
    "Not @y. The answer is @x.",
)  # fmt: skip
NOT_INCLUDED = (("7", "7.5"), ("Paris", "not Paris"), ("125", "12.5"), ("cat", "concatenate"), ("Paris", "Parisian"),
("1", "10"), ("3", "1/3"), ("5", "-5"), ("art", "Mozart"), ("1,000", "1"), ("Rome", "It is not Rome."),
("Rome", "anything but Rome"))  # fmt: skip
CURLY = (
    ("O’Neill", "O'Neill", "Neill"),
    ("“Heroes”", '"Heroes"', "Hero"),
    ("rock’n’roll", "rock'n'roll", "rock"),
    ("Côte d’Ivoire", "Côte d'Ivoire", "Ivoire"),
    ("1939–1945", "1939-1945", "1939"),
    ("it’s", "it's", "its name"),
)

BBH_VALUES = (
    ("Yes", "No"),
    ("24", "-24"),
    ("True", "False"),
    ("valid", "invalid"),
    ("cat dog fox", "dog cat fox"),
    (") ] }", ") } ]"),
)
BBH = (
    "So the answer is @x.", 'So the answer is "@x".', "So the answer is [@x].", r"So the answer is \boxed{@x}.",
    "So the answer is $@x$.", "So the answer is:\n@x", "So the answer is **@x**.", "so the answer is @x",
    "The answer is @x", "So the answer is '@x'.", "@x", "So the answer is @x. I hope this helps.\n",
    "Step 1.\nStep 2.\nSo the answer is: @x.", "**So the answer is @x.**",
    "So the answer is `@x`.", r"So the answer is \(\text{@x}\).", "Answer: @x", "So the answer is [ANSWER] @x.",
)  # fmt: skip

DROP = (
    ("Answer: 12.5.", "12.5", "125"), ("12.5", "12.5", "125"), ("Answer: 125", "125", "12.5"),
    ("The answer is 3 touchdowns.", "3", "4"), ("Answer: three", "three", "four"),
    ("John Kasay", "John Kasay", "Matt Prater"), ("Answer: the Bears", "Bears", "Lions"),
    ("Answer: 35-yard", "35-yard", "53-yard"), ("**Answer:** Denver", "Denver", "Dallas"),
    ("Answer: 1,200", "1200", "1"), ("Answer: 12%", "12%", "21%"), ("Answer: March 1912.", "March 1912", "May 1912"),
    ("Answer: 0.5", "0.5", "5"), ("So the answer is 7", "7", "8"), ("Answer: \"Denver\"", "Denver", "Dallas"),
    ("<answer>Denver</answer>", "Denver", "Dallas"), ('{"answer": "Denver"}', "Denver", "Dallas"),
    (r"\boxed{7}", "7", "8"),
)  # fmt: skip
DROP_LISTS = (
    "Answer: @x and @y",
    "Answer: @x, @y",
    "Answer:\n@x\n@y",
    "Answer:\n- @x\n- @y",
    "Answer:\n1. @x\n2. @y",
    "@x\n@y",
    "Answer: @x; @y",
    "The answers are @x and @y.",
    '{"answer": ["@x", "@y"]}',
    "Answer: @y, @x",
    "* @x\n* @y",
)

RATINGS = (
    "Remorseful: 8\nIndifferent: 6\nAffectionate: 0\nAnnoyed: 2",
    "Remorseful: 8Indifferent: 6Affectionate: 0Annoyed: 2",
    "Remorseful: 8, Indifferent: 6, Affectionate: 0, Annoyed: 2",
    "**Remorseful**: 8\n**Indifferent**: 6\n**Affectionate**: 0\n**Annoyed**: 2",
    "- Remorseful: 8\n- Indifferent: 6\n- Affectionate: 0\n- Annoyed: 2",
    "Remorseful: 8/10\nIndifferent: 6/10\nAffectionate: 0/10\nAnnoyed: 2/10",
    "remorseful: 8\nindifferent: 6\naffectionate: 0\nannoyed: 2",
    "Remorseful - 8\nIndifferent - 6\nAffectionate - 0\nAnnoyed - 2",
    "Remorseful: 8.0\nIndifferent: 6.0\nAffectionate: 0.0\nAnnoyed: 2.0",
    "| Remorseful | 8 |\n| Indifferent | 6 |\n| Affectionate | 0 |\n| Annoyed | 2 |",
    '{"Remorseful": 8, "Indifferent": 6, "Affectionate": 0, "Annoyed": 2}',
    "Remorseful = 8\nIndifferent = 6\nAffectionate = 0\nAnnoyed = 2",
    "Remorseful: **8**\nIndifferent: **6**\nAffectionate: **0**\nAnnoyed: **2**",
    "Remorseful: <8>\nIndifferent: <6>\nAffectionate: <0>\nAnnoyed: <2>",
    "Remorseful: 8\n\nIndifferent: 6\n\nAffectionate: 0\n\nAnnoyed: 2\n\n[End of answer]",
    "Remorseful: 8 Indifferent: 6 Affectionate: 0 Annoyed: 2",
    "Remorseful：8\nIndifferent：6\nAffectionate：0\nAnnoyed：2",
)  # fmt: skip
RATED, OTHERWISE = (
    "Remorseful: 8\nIndifferent: 6\nAffectionate: 0\nAnnoyed: 2",
    "Remorseful: 0\nIndifferent: 6\nAffectionate: 9\nAnnoyed: 2",
)

TAGGED = (
    "<person>Ada Lovelace</person> lived in <location>London</location> .",
    '<person id="1">Ada Lovelace</person> lived in <location id="2">London</location> .',
    "<PERSON>Ada Lovelace</PERSON> lived in <LOCATION>London</LOCATION> .",
    "<person >Ada Lovelace</person > lived in <location>London</location>.",
    "```\n<person>Ada Lovelace</person> lived in <location>London</location> .\n```",
    "Here it is:\n\n<person>Ada Lovelace</person> lived in <location>London</location> .",
    "<response><person>Ada Lovelace</person> lived in <location>London</location> .</response>",
    "<person class='x'>Ada Lovelace</person> lived in <location\n>London</location> .",
    "**<person>Ada Lovelace</person>** lived in <location>London</location> .",
    '```xml\n<person type="a">Ada Lovelace</person> lived in <location>London</location> .\n```',
)  # fmt: skip
TAGS, OTHER_TAGS = "person 0 2; location 4 5", "location 0 2; person 4 5"
"""Type, number of the first word and number behind the last of "Ada Lovelace lived in London ."."""


def replies() -> Iterator[Reply]:
    """Yield every completion of this table."""
    yield from _labels()
    yield from _words()
    for text in RATINGS:
        for target, right in ((RATED, RIGHT), (OTHERWISE, WRONG)):
            yield Reply(kind="ratings of EQ-Bench (D17)", scorer="emotions", text=text, target=target, right=right)
    for text in TAGGED:
        for target, right in ((TAGS, RIGHT), (OTHER_TAGS, WRONG)):
            yield Reply(kind="tags of entities (D20)", scorer="entities", text=text, target=target, right=right)


def _labels() -> Iterator[Reply]:
    for kind, forms in LABELS.items():
        for form in forms:
            for x, y in YES_NO:
                text = form.replace("@x", x).replace("@X", x.capitalize()).replace("@y", y)
                yield Reply(kind=kind, scorer="label", text=text, target=x, right=RIGHT)
                yield Reply(kind=kind, scorer="label", text=text, target=y, right=WRONG)
    yield from written("labels: words beside (D13)", "label", PROSE)
    for language, rows in OTHER_YES.items():
        yield from written("labels: other languages (D13)", "label", rows, language=language)
    for text in NO_LABEL:
        for target in ("yes", "no"):
            yield Reply(kind="labels: none", scorer="label", text=text, target=target, right=WRONG)


def _words() -> Iterator[Reply]:
    for x, y in WORDS:
        forms = [form.replace("@X", x.upper()) for form in EXACT]
        yield from stated("texts: a word alone (D19)", "exact", forms, [(x, y)])
        others = [form.replace("@X", x.upper()) for form in INCLUDES if "@y" not in form]
        far = (x, y if y not in x else "Oslo")
        yield from stated("texts: words in a completion (D14)", "includes", others, [far])
        yield from stated(
            "texts: a rejected word (D14)", "includes stated", [form for form in INCLUDES if "@y" in form], [far]
        )
    for target, text in NOT_INCLUDED:
        yield Reply(kind="texts: other words (D14)", scorer="includes", text=text, target=target, right=WRONG)
    yield from written("texts: curly marks (D14)", "includes", CURLY)
    yield from written("texts: curly marks (D14)", "exact", CURLY)
    yield from stated("texts: free tasks of bbh (D14)", "bbh", BBH, BBH_VALUES)
    yield from written("spans of drop (D14)", "spans", DROP)
    for form in DROP_LISTS:
        for x, y in (("Denver", "Dallas"), ("the Bears", "Green Bay")):
            text = form.replace("@x", x).replace("@y", y)
            for target, right in ((f"{x}|{y}", RIGHT), (f"{x}|Boston", WRONG)):
                yield Reply(kind="spans of drop (D14)", scorer="spans", text=text, target=target, right=right)
