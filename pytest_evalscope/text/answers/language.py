"""The words that state, reject and join answers in a language, and how it writes numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The words of a language around an answer, in small letters; ones that begin with a longer one come behind it."""

    code: str
    nouns: tuple[str, ...]
    """Nouns that an answer is stated with: "answer"."""
    chosen: tuple[str, ...] = ()
    """Nouns that state an answer behind an adjective only: "option", as in "the correct option is"."""
    adjectives: tuple[str, ...] = ()
    """Adjectives that those need before them."""
    qualities: tuple[str, ...] = ()
    """Words between the noun and its tie: "correcta" in "la respuesta correcta es"."""
    ties: tuple[str, ...]
    """Verbs between the noun and the answer, as regular expressions."""
    tieless: bool = False
    """True where the answer may follow the noun at once: the verb comes last."""
    fronts: tuple[str, ...] = ()
    """Verbs between an answer and the noun behind it: "is"."""
    right: tuple[str, ...] = ()
    """Words that call the answer before them right: "correct", behind one of `fronts` where words are spaced."""
    verbs: tuple[str, ...] = ()
    """Verbs that choose what follows: "choose"."""
    being: tuple[str, ...] = ()
    """Words that say what the answer is, without a noun for it: "it is"."""
    doubts: tuple[str, ...] = ()
    """Words before such verbs that take it back: "whether" in "whether it is"."""
    second_thoughts: tuple[str, ...] = ()
    """Words that take back what was just stated, and lead to another value: "wait", "actually"."""
    mistaken: tuple[str, ...] = ()
    """Clauses that call it wrong: "that's wrong"."""
    small: tuple[str, ...] = ()
    """Words between the tie and the answer that say nothing: "definitely"."""
    options: tuple[str, ...] = ()
    """Words for a label, before it or behind it: "option", "letter"."""
    no_before: tuple[str, ...] = ()
    """Words that reject the value behind them: "not", "rather than"."""
    no_behind: tuple[str, ...] = ()
    """Words that reject the value before them: "is wrong"."""
    turns: tuple[str, ...] = ()
    """Words that lead from a rejected value to the answer: "but", "it is"."""
    either: tuple[str, ...] = ()
    """Words that open alternatives: "either"."""
    alternatives: tuple[str, ...] = ()
    """Words between them: "or"."""
    joins: tuple[str, ...] = ()
    """Words between several answers: "and"."""
    nothing: tuple[str, ...] = ()
    """Words in place of an answer: "unknown"."""
    untold: tuple[str, ...] = ()
    """Clauses that say that there is no telling the answer, as regular expressions: "cannot be determined"."""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    spaced: bool = True
    """False where no space divides words."""
    decimal_comma: bool = False
    """True if decimals follow a comma, and thousands a point or a space."""
    letters: tuple[str, ...] = ()
    """Alphabets of its own for the options from A on."""
