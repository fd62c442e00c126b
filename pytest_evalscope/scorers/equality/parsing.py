"""From the tokens of a formula to its tree, by recursive descent."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pytest_evalscope.scorers.equality.rows import CLOSED, OPENING, divided, number, variants, with_sets
from pytest_evalscope.scorers.equality.trees import Costly, Meaningless, Node, Unclear
from pytest_evalscope.text.answers.notation import FUNCTIONS, Token
from pytest_evalscope.text.answers.units import unit_of

_DEEPEST = 60
"""Levels of brackets, scripts and arguments within each other; deeper formulas are nobody's answer."""
_RELATIONS = frozenset("=<>≤≥≠∈≈≡")
_CLOSING = {"(": ")]", "[": ")]", "{": "}", "\\{": "\\}", "⌊": "⌋", "⌈": "⌉", "|": "|"}
_END = Token("sign", "")
_OF_UNITS = frozenset("^/*(){}-")
_OF_WORDS = frozenset("()'-&")
_INTRODUCING = frozenset(("is", "are", "equals", "answer", "be"))
_MONEY = frozenset("$€£¥₹")


def parsed(row: Sequence[Token]) -> Node:
    """Return the tree of an answer; of several parts a list. Raises Costly, Unclear, Meaningless."""
    if row and row[0].text in {"=", "≈"}:
        row = row[1:]
    items = [variant for part in divided(with_sets(row)) for variant in variants(part)]
    if not items:
        raise Meaningless
    made = tuple(_Parser(item).element() for item in items)
    return made[0] if len(made) == 1 else Node("list", made)


class _Parser:
    def __init__(self, row: Sequence[Token]) -> None:
        self._row = [*row, _END]
        self._place = 0
        self._depth = 0
        self._bars = 0

    # Elements -------------------------------------------------------------------------------------------------

    def element(self) -> Node:
        """Parse the whole row: a side, or sides with relations between them."""
        made = self._relation()
        if self._next != _END:
            raise Unclear
        return made

    def _relation(self) -> Node:
        sides, signs = [self._side()], []
        while self._next.kind == "sign" and self._next.text in _RELATIONS:
            signs.append(self._take().text)
            sides.append(self._side())
        return Node("relation", tuple(sides), " ".join(signs)) if signs else sides[0]

    def _side(self) -> Node:
        minus = self._is("-") and self._row[self._place + 1].text in _MONEY
        if minus:
            self._take()
        prefix = self._take().text if self._next.text in _MONEY else ""
        if not prefix and self._next.kind == "word":
            return self._words()
        made = self._union()
        made = Node("minus", (made,)) if minus else made
        unit = self._unit() or prefix
        made = Node("quantity", (made,), unit) if unit else made
        return self._together(made, self._side()) if unit and self._next.kind == "number" else made

    @staticmethod
    def _together(first: Node, second: Node) -> Node:
        """Return the sum of two quantities: 5 feet 6 inches."""
        unit, other = unit_of(first.name), unit_of(second.name)
        if second.kind != "quantity" or unit.powers != other.powers:
            raise Meaningless
        share = Node("product", (second.parts[0], Node("number", number=other.factor / unit.factor)))
        return Node("quantity", (Node("sum", (first.parts[0], share)),), first.name)

    def _words(self) -> Node:
        """Return words, or what is behind those that introduce an answer: "the answer is"."""
        said: list[str] = []
        while self._within(_OF_WORDS):
            if said and said[-1].casefold() in _INTRODUCING:
                return self._side()
            said.append(self._take().text)
        return Node("words", name=" ".join(said).casefold())

    def _unit(self) -> str:
        """Take the words behind a number, with their powers and quotients."""
        start = self._place
        while self._within(_OF_UNITS) if self._place > start else self._next.kind == "word":
            if self._next.kind == "number" and not self._is_power():
                break
            self._take()
        return " ".join(token.text for token in self._row[start : self._place])

    def _is_power(self) -> bool:
        """Return whether the number that is next is one of a unit: cm^2, cm2."""
        return self._row[self._place - 1].kind == "sign" or not self._next.spaced

    def _union(self) -> Node:
        parts = [self._sum()]
        while self._is("∪"):
            self._take()
            parts.append(self._sum())
        return Node("union", tuple(parts)) if len(parts) > 1 else parts[0]

    # Arithmetic ----------------------------------------------------------------------------------------------

    def _sum(self) -> Node:
        parts = [self._product()]
        while self._is("+") or self._is("-"):
            minus = self._take().text == "-"
            part = self._product()
            parts.append(Node("minus", (part,)) if minus else part)
        return Node("sum", tuple(parts)) if len(parts) > 1 else parts[0]

    def _product(self) -> Node:
        made = self._signed()
        while True:
            if self._is("*"):
                self._take()
                made = Node("product", (made, self._signed()))
            elif self._is("/"):
                self._take()
                made = Node("quotient", (made, self._signed()))
            elif self._begins():
                if self._next.kind == "number":
                    raise Meaningless  # "3 5"
                made = Node("product", (made, self._power()))
            else:
                return made

    def _begins(self) -> bool:
        """Return whether the next token begins a factor without a sign before it."""
        token = self._next
        if token.kind != "sign":
            return token.kind != "word"
        return token.text in OPENING or (token.text == "|" and not self._bars)

    def _signed(self) -> Node:
        minus = False
        while self._is("-") or self._is("+"):
            minus ^= self._take().text == "-"
        made = self._power()
        return Node("minus", (made,)) if minus else made

    def _power(self) -> Node:
        made = self._atom()
        while self._next.kind == "sign":
            if self._is("^"):
                self._take()
                made = Node("power", (made, self._script()))
            elif self._is("!"):
                self._take()
                made = Node("factorial", (made,))
            elif self._is("%"):
                self._take()
                made = Node("percent", (made,))
            elif self._is("_"):
                made = self._subscripted(made)
            else:
                break
        return made

    def _subscripted(self, of: Node) -> Node:
        self._take()
        if of.kind != "number" or of.number.denominator != 1:
            raise Unclear
        return Node("base", (self._script(),), str(of.number))

    def _script(self) -> Node:
        with_sign = self._is("-") or self._is("+")
        with self:
            return self._signed() if with_sign else self._argument()

    # Atoms ---------------------------------------------------------------------------------------------------

    def _atom(self) -> Node:
        with self:
            token = self._take()
            if token.kind == "number":
                return self._mixed(token)
            if token.kind == "name":
                return Node("set") if token.text == "∅" else self._name(token.text)
            if token.kind == "command":
                return self._command(token.text)
            if token.kind == "sign" and token.text in _CLOSING:
                return self._bracketed(token.text)
        raise Meaningless if token == _END else Unclear

    def _mixed(self, token: Token) -> Node:
        """Return a number, together with a fraction below one directly behind it: 2 1/2."""
        whole = number(token.text)
        if whole.number.denominator != 1 or not token.text.isdecimal():
            return whole
        above, slash, below = (*self._row[self._place : self._place + 3], _END, _END, _END)[:3]
        if above.kind == below.kind == "number" and slash.text == "/":
            part = number(above.text).number, number(below.text).number
            if all(each.denominator == 1 for each in part) and 0 < part[0] < part[1]:
                self._place += 3
                return Node("number", number=whole.number + part[0] / part[1])
        elif above.kind == "command" and above.text == "frac":
            start = self._place
            fraction = self._atom()
            part_of = fraction.parts
            if all(each.kind == "number" and each.number.denominator == 1 for each in part_of) and (
                0 < part_of[0].number < part_of[1].number
            ):
                return Node("number", number=whole.number + part_of[0].number / part_of[1].number)
            self._place = start
        return whole

    def _name(self, name: str) -> Node:
        if self._is("_"):
            self._take()
            start = self._place
            self._script()
            name += "_" + "".join(token.text for token in self._row[start : self._place] if token.text not in "{}")
        while self._is("'"):
            name += self._take().text
        return Node("name", name=name)

    def _command(self, name: str) -> Node:
        if name in {"frac", "binom"}:
            above = self._argument(digit=True)
            below = self._argument(digit=True)
            return Node("quotient", (above, below)) if name == "frac" else Node("call", (above, below), "binom")
        if name == "sqrt":
            degree = Node("number", number=Fraction(2))
            if self._is("["):
                self._take()
                degree = self._sum()
                self._expect("]")
            return Node("call", (self._argument(), degree), "root")
        if name in FUNCTIONS or name == "abs":
            return self._call(name)
        if name in {"dot", "ddot", "vec", "hat", "bar", "tilde", "overline", "overrightarrow"}:
            below_mark = self._argument(digit=True)
            if below_mark.kind == "name":
                return self._name(f"{name} {below_mark.name}")
        if name in {"boxed", "fbox", "boldsymbol"} or name.startswith(("math", "text")):
            return self._argument()
        if name.startswith("begin ") and (name.endswith("matrix") or name == "begin array"):
            return self._matrix()
        raise Unclear

    def _call(self, name: str) -> Node:
        power: Node | None = None
        base: tuple[Node, ...] = ()
        while self._is("^") or self._is("_"):
            if self._take().text == "^":
                power = self._script()
            else:
                base = (self._script(),)
        if self._next.text in {"(", "{"} and self._next.kind == "sign":
            inside = self._atom()
            made = Node("call", (*(inside.parts if inside.kind == "tuple" else (inside,)), *base), name)
        else:
            inside = self._power()
            while self._begins() and not (self._next.kind == "command" and self._next.text in FUNCTIONS):
                inside = Node("product", (inside, self._power()))
            if self._next.text == "degrees":  # \sin 30°
                self._take()
                inside = Node("quantity", (inside,), "degrees")
            made = Node("call", (inside, *base), name)
        if power is None:
            return made
        if power == Node("minus", (Node("number", number=Fraction(1)),)):
            return Node("call", made.parts, f"arc{name}")
        return Node("power", (made, power))

    def _argument(self, *, digit: bool = False) -> Node:
        """Return the argument of a command: what is in braces, or one token; of a number its first digit if `digit`."""
        if digit and self._next.kind == "number" and len(self._next.text) > 1:
            first, rest = self._next.text[0], self._next.text[1:]
            if not rest.isdecimal() or not first.isdecimal():
                raise Unclear
            self._row[self._place] = Token("number", rest)
            return number(first)
        if self._next.kind == "number":
            return number(self._take().text)
        return self._atom()

    def _bracketed(self, opening: str) -> Node:
        if opening == "|":
            self._bars += 1
            inside = self._sum()
            self._bars -= 1
            self._expect("|")
            return Node("call", (inside,), "abs")
        items = self._items(_CLOSING[opening])
        closing = self._row[self._place - 1].text
        if opening == "\\{":
            return Node("set", tuple(items))
        if opening in "⌊⌈":
            return Node("call", tuple(items), "floor" if opening == "⌊" else "ceil")
        if not items:
            raise Meaningless
        if len(items) == 1:
            if closing != _CLOSING[opening][-1 if opening == "[" else 0]:
                raise Meaningless
            return items[0]
        return Node("tuple", tuple(items), opening + closing)

    def _skip(self, closing: str) -> Sequence[Token]:
        """Take and return what is before one of the closing brackets, and the bracket."""
        start, depth = self._place, 0
        while self._next != _END:
            text = self._next.text if self._next.kind == "sign" else ""
            if not depth and text and text in closing:
                break
            depth += (text in OPENING) - (text in CLOSED)
            self._take()
        inside = self._row[start : self._place]
        if self._next == _END:
            raise Meaningless
        self._take()
        return inside

    def _items(self, closing: str) -> list[Node]:
        """Return the parts of what is before a closing bracket, which is taken."""
        inside = self._skip(closing)
        if closing == "\\}" and any(token.text == "|" for token in inside):
            raise Unclear  # a set by its condition
        made = []
        for part in divided(inside):
            for variant in variants(part):
                below = _Parser(variant)
                below._depth = self._depth
                made.append(below.element())
        return made

    def _matrix(self) -> Node:
        if self._is("{"):
            self._take()
            self._skip("}")  # the columns of an array
        start, rows, cells = self._place, [], []
        while self._next != _END:
            text = self._take().text
            if text in {"&", ","} or text == "\\\\" or text.startswith("end "):
                cells.append(self._row[start : self._place - 1])
                start = self._place
                if text not in {"&", ","}:
                    rows.append(cells)
                    cells = []
                if text.startswith("end "):
                    break
        made = [Node("list", tuple(_Parser(cell).element() for cell in cells)) for cells in rows if any(cells)]
        if len({len(cells.parts) for cells in made}) != 1:
            raise Meaningless
        return Node("matrix", tuple(made))

    # Tokens --------------------------------------------------------------------------------------------------

    @property
    def _next(self) -> Token:
        return self._row[self._place]

    def _within(self, signs: frozenset[str]) -> bool:
        """Return whether the next token is a word, a name, a number or one of `signs`."""
        return self._next != _END and (self._next.kind != "sign" or self._next.text in signs)

    def _is(self, sign: str) -> bool:
        return self._next.kind == "sign" and self._next.text == sign

    def _take(self) -> Token:
        """Return the next token and go on behind it, though never behind the end."""
        token = self._next
        self._place = min(self._place + 1, len(self._row) - 1)
        return token

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise Meaningless
        self._take()

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Costly

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
