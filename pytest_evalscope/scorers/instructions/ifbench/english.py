"""The word lists that the rules name, and a substitute for the reference's part-of-speech tagger."""

from __future__ import annotations

import re


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP_WORDS = _set("""
a about above after again against ain all am an and any are aren as at be because been before being below between both
but by can couldn d did didn do does doesn doing don down during each few for from further had hadn has hasn have
haven having he her here hers herself him himself his how i if in into is isn it its itself just ll m ma me mightn
more most mustn my myself needn no nor not now o of off on once only or other our ours ourselves out over own re s
same shan she should shouldn so some such t than that the their theirs them themselves then there these they this
those through to too under until up ve very was wasn we were weren what when where which while who whom why will with
won wouldn y you your yours yourself yourselves""")
"""NLTK's English list, without the contractions: the words that are looked up have no apostrophe."""

CONJUNCTIONS = frozenset(["and", "but", "for", "nor", "or", "so", "yet"])

PRONOUNS = _set("""
i me we us you he him she her it they them my mine our ours your yours his hers its their theirs myself ourselves
yourself yourselves himself herself itself themselves this that these those who whom whose which what whoever whomever
whatever whichever anybody anyone anything everybody everyone everything nobody nothing somebody someone something
each either neither both all some any none""")

NAMES = _list("""
Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason Mia Ethan Charlotte Alexander Amelia Benjamin Harper Leo
Zoe Daniel Chloe Samuel Lily Matthew Grace Owen Abigail Gabriel Ella Jacob Scarlett Nathan Victoria Elijah Layla
Nicholas Audrey David Hannah Christopher Penelope Thomas Nora Andrew Aria Joseph Claire Ryan Stella Jonathan""")
"""The names that the instruction lists."""

CAPITALS = _list("""
Reykjavik Helsinki Oslo Tallinn Stockholm Riga Moscow Copenhagen Vilnius Minsk Dublin Berlin Amsterdam Warsaw London
Brussels Prague Luxembourg Paris Vienna Bratislava Budapest Vaduz Chisinau Bern Ljubljana Zagreb""")
"""From north to south, without accents."""

_VERBS = _set("""
accept achieve act adapt add adjust adopt aim allow analyze answer apply arrange ask assemble assess assign assume
avoid bake balance be become begin believe blend boil book break bring build buy calculate call capture carry catch
celebrate challenge change charge check choose clean clear click climb close collect combine come compare complete
compose compute conduct configure connect consider construct contact continue contrast convert cook copy count cover
craft create cut dance decide declare define delve deliver demonstrate describe design determine develop discover
discuss divide do download draw dream drink drive eat embrace emphasize employ enable encourage engage enhance enjoy
ensure enter establish estimate evaluate examine execute exercise expand expect experience experiment explain explore
express extract face feel fill find finish fix focus follow forget form foster gather generate get give go grab grow
guess handle harness have heat help highlight hold identify ignore illustrate imagine implement import improve include
incorporate increase indulge insert install integrate introduce invest investigate invite join journey jump keep know
launch lead learn leave let leverage limit list listen live load locate look lose love maintain make manage mark
maximize measure meet mention mix modify monitor move navigate need note notice observe obtain offer open optimize
order organize outline pack paint participate pay perform pick picture place plan plant play point practice prepare
present preserve press prevent prioritize proceed produce promote protect prove provide pull purchase pursue push put
question reach read realize recall recognize recommend reduce refer reflect regard remain remember remind remove
repeat replace represent request research respect respond return review rewrite rise run save say schedule search see
seek select sell send separate serve set share shift show sing sit skip sleep solve speak spend stand start state stay
step stir stop strengthen strive study submit suggest summarize support suppose switch take talk teach tell test thank
think throw touch track train transform translate travel treat try turn understand unleash unlock update upload use
utilize verify view visit visualize wait wake walk want watch wear welcome win wish witness wonder work worry write""")
_FORMS = _set("""
am are been being is was were did does done had has began brought built came chose cut fell felt found gave given goes
gone got grew held kept knew known led left lost made met paid ran read rose said sat saw seen sent shown spoke spent
stood taken taught thought told took understood went won woke wrote written""")
_NO_FORM = _set("""
anything ceiling during evening everything hundred indeed king morning nothing red ring sacred something spring string
thing wing""")
_ENDING = re.compile(r"(?:ing|ed|ies|es|s)\Z")


def is_verb(word: str) -> bool:
    """Return whether a word that begins a text is a form of a verb.

    The reference uses NLTK's perceptron tagger, whose weights no package brings. Here it is a list of the verbs that
    completions begin with, the irregular forms, and the endings -ing and -ed; modal verbs are none for the tagger
    either.
    """
    word = word.lower()
    if word in _VERBS or word in _FORMS:
        return True
    if word in _NO_FORM or not word.isalpha():
        return False
    ending = _ENDING.search(word)
    if ending is None:
        return False
    if ending[0] in ("ing", "ed"):
        return len(word) > 4
    stem = word[: ending.start()]
    return any(form in _VERBS for form in (stem, stem + "e", stem + "y"))
