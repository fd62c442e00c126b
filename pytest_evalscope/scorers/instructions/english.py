"""Word lists of the English sentence splitter: abbreviations, and words that begin sentences."""

from __future__ import annotations

_TITLES = "adm col dr gen lt maj messrs mr mrs ms ph.d prof rep reps sen sr st jr"
_BUSINESS = "bros cie co corp cos inc ltd m.b.a n.v s.a s.p.a v vs chg"
_TIMES = "a.d a.m p.m jan feb aug sep sept oct nov dec tues wed fri yr"
_STATES = "ala ariz calif colo conn fla ga ill kan ky mich minn nev okla ore pa tenn va vt w.va wash wis"
_PLACES = "ave d.c l.a n.c n.d n.h n.j n.m n.y r.i s.c u.k u.n u.s u.s.a u.s.s.r"
_MEASURES = "a.c c.v ct ft mg ok"
_INITIALS = "c d e f g h k l m n p r s t w"
_INITIAL_PAIRS = "e.f e.l e.m f.j g.k h.f j.b j.c j.j j.k j.p j.r l.f m.j r.h r.j r.k t.j w.c w.r w.w"

_FUNCTION_WORDS = """
above according although among anyone anything behind both but despite does either even he hence her here herself him
himself however i if in indeed instead it many meanwhile moreover most neither nevertheless nonetheless nor nothing
since so some someone such the them there therefore these they this though through throughout thus together under
unless unlike upon us were when whenever whereas wherever whether which while within without yet your"""
_OTHER_OPENERS = """
absolutely afterwards already always anyway apparently believe besides certainly consider create currently eventually
exactly finally follow furthermore happy hundreds imagine learn listen looking merely okay otherwise overall
particularly please presumably probably put remember right similarly simply slowly somehow sometimes soon starting
still strange suddenly taking thank thanks things think tomorrow true try turn typically ultimately understand
unfortunately using very wait yes yesterday"""

ABBREVIATIONS = frozenset(
    f"{_TITLES} {_BUSINESS} {_TIMES} {_STATES} {_PLACES} {_MEASURES} {_INITIALS} {_INITIAL_PAIRS}".split()
)
"""Words, small and without their last full stop, whose full stop ends no sentence by itself."""

OPENERS = frozenset(f"{_FUNCTION_WORDS} {_OTHER_OPENERS}".split())
"""Words that, capitalised after an abbreviation, an initial or an ellipsis, begin a sentence.

`And`, `You` and `We` are none: in the newspapers that the reference model learned from, they occur within titles.
"""

AFTER_NUMBERS = frozenset(
    {"business", "commodities", "corrections", "credit", "international", "letters", "notable", "review", "who"}
)
"""Words that begin no sentence after a number with a full stop: the reference model learned so from newspapers."""
