"""English words that state, reject and join answers."""

from __future__ import annotations

from pytest_evalscope.text.answers.language import Language

ENGLISH = Language(
    code="en", nouns=("answer",), chosen=("option", "choice"),
    adjectives=("correct", "right", "best", "final", "my", "only", "appropriate", "suitable", "likely"),
    ties=(
        "is", "are", "was", "would be", "will be", "should be", "must be", "has to be", "have to be",
        "can only be",
        "can be", "could be", "might be", "may be", "ought to be", "seems to be", "appears to be", "equals",
        "turns out to be", "becomes", "remains", "comes to",
    ),
    fronts=("is", "are", "was", "would be", "should be", "must be", "has to be", "seems", "seems to be"),
    right=("correct", "right"),
    verbs=(
        "choose", "chose", "pick", "go for", "going for",
         "picked", "select", "selected", "go with", "going with", "went with", "opt for",
        "settle on", "choosing", "selecting", "i would say", "i'd say", "i say", "i’d say", "my choice is",
    ),
    being=(
        "it is", "it's", "it’s", "it must be", "it has to be", "it should be", "it would be", "that leaves",
        "leaving",
        "must be", "has to be", "this is", "that is", "leaves",
    ),
    doubts=("if", "when", "unless", "whether", "why", "because", "since", "although", "what", "where", "how",
    "or"),
    small=(
        "approximately", "about", "roughly", "nearly", "exactly", "equal to", "definitely", "clearly", "therefore",
        "thus", "hence", "most likely", "likely", "most probably", "probably", "obviously", "indeed", "simply",
        "really", "actually", "surely", "certainly", "undoubtedly", "of course", "then", "just", "now", "also",
        "in fact", "i think", "i believe", "i'd say", "i would say", "i guess", "that", "given by", "as follows",
        "the following", "evidently", "apparently", "plainly", "quite", "almost", "precisely", "so", "only",
        "without doubt", "without a doubt", "in the end", "finally", "again", "still", "going to be", "to be",
        "always", "necessarily", "presumably", "perhaps", "possibly", "best given by",
        "as i said", "as we saw", "consequently", "accordingly", "truly", "in my opinion", "in my view",
        "we see that",
        "it follows that", "i am sure", "i'm sure", "i conclude that", "we conclude that",
    ),
    options=(
        "option", "choice", "letter", "the option", "the choice", "the letter", "answer", "statement", "number",
        "options", "choices", "letters", "the options", "answer choice", "alternative",
    ),
    no_before=(
        "not", "n't", "n’t", "neither", "nor", "rather than", "instead of", "unlike", "rule out", "ruled out",
        "ruling out", "rules out", "eliminate", "eliminated", "eliminating", "exclude", "excluded", "excluding",
        "reject", "rejected", "rejecting", "except", "anything but", "not be", "cannot be", "never", "no longer",
        "as opposed to", "as opposed",
         "not to", "not simply", "not just", "discard", "opposed to", "other than", "wrong is",
        "can't be", "couldn't be", "can’t be", "cannot", "not equal to", "not equal", "n't equal", "n't say",
        "wrong to say", "wrong to answer",
        "at first i thought", "why not",
    ),
    no_behind=(
        "is wrong", "is false", "is incorrect", "is not", "isn't", "isn’t", "are wrong", "are incorrect",
        "are not",
        "aren't", "was wrong", "was close", "was tempting", "was not", "wasn't", "fails", "fail", "failed",
        "is out", "are both wrong", "are all wrong", "are both incorrect", "might be wrong", "may be wrong",
        "can be ruled out", "can be excluded", "can be eliminated",
         "is too", "are too", "cannot", "can't", "can’t", "does not", "doesn't", "doesn’t",
        "did not", "didn't", "would be wrong", "would be too", "would not", "wouldn't", "is a trap", "is invalid",
        "being wrong", "is ruled out", "is eliminated", "is excluded", "is impossible", "is a distractor",
        "were lost", "was lost", "seems wrong", "seems off", "is tempting", "are false", "is untrue", "was false",
        "won't", "won’t", "contradicts", "is off", "is unlikely", "was a good try", "is a good try", "misses",
        "do not", "don't", "don’t", "seems tempting", "looks tempting", "is less", "is irrelevant", "were wrong",
    ),
    turns=("but", "it is", "it's", "it’s", "rather", "instead", "the answer is", "it must be", "so it is"),
    either=("either", "whether", "between", "torn between", "whether it is"),
    alternatives=("or", "or else", "or maybe", "or perhaps", "otherwise"),
    joins=("and", "as well as", "plus", "along with", "together with", "and also", "and option"),
    nothing=(
        "unknown", "none", "unclear", "undetermined", "unsure", "uncertain", "n/a", "nothing", "not known",
        "cannot be determined", "impossible to say", "no answer", "i don't know", "i do not know", "not sure",
        "undecided", "indeterminate", "not given", "not enough", "insufficient", "not available", "not listed",
    ),
    untold=(
        r"(?:can(?:not| not|'t)|could(?: not|n't)) (?:\w+ly )?(?:be )?(?:\w+ly )?(?:determin|calculat|comput|answer)",
        r"(?:can(?:not| not|'t)|could(?: not|n't)) (?:be )?(?:deduc|infer|tell\b|told\b|sa(?:y|id)\b(?! more)|know)",
        r"(?:not|n't|no) (?:have |give |provide )?(?:enough|sufficient) (?:\w+ )?(?:information|data|facts|details?)\b",
        r"(?:insufficient|too (?:little|few)) (?:\w+ )?(?:information|data|facts|details)",
        r"(?:impossible|not possible|no way) (?:for \w+ )?(?:to|of) (?:\w+ly )?(?:determin|calculat|comput|answer|deduc)",
        r"(?:impossible|not possible|no way) (?:for \w+ )?(?:to|of) (?:infer|tell|say|know)",
        r"\bi (?:do not|don't|really don't) know", r"nobody knows",
        r"(?:is|are|remains?) (?:indetermina|undetermin|unanswer)",
    ),
        yes=("yes",), no=("no",),
)  # fmt: skip
