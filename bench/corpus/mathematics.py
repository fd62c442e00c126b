"""Completions that give an expression: the same value in other forms, and other values that look alike."""

from __future__ import annotations

from collections.abc import Iterator

from .reply import RIGHT, WRONG, Reply, fill

FRAMES = (
    r"\boxed{@x}", r"The answer is $\boxed{@x}$.", "ANSWER: $@x$", "Therefore the final answer is $@x$.",
    r"So \[ x = 2 \] is used, and we get $$\boxed{@x}$$",
)  # fmt: skip
PLAIN = ("ANSWER: @x", "The answer is @x.", "**Answer:** @x", "@x", "Final Answer: @x")
"""Frames for what is written without TeX."""

ROWS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "mathematics: scientific notation (D1)": (
        (r"4.5 \times 10^{33}", "4.5e33", "4.5e32"), (r"3 \times 10^8", "3e8", "24e"),
        (r"3\cdot 10^{8}", "3e8", "3e7"),
        (r"1.6 \times 10^{-19}", "1.6e-19", "1.6e-18"), ("3e8", r"3 \times 10^8", r"3 \times 10^7"),
        (r"6.02\times10^{23}", "6.02e23", "6.02e22"), ("300000000", "3e8", "3e9"), (r"10^{12}", "1e12", "1e11"),
        (r"7.1 \times 10^{3}", "7100", "710"), (r"-2 \times 10^{-3}", "-2e-3", "2e-3"),
        (r"-\frac{1}{3}", "-1./3", "1./3"),
        (r"\arcsin\left(\frac{10}{13}\right)", "np.arcsin(10/13)", "np.arccos(10/13)"),
        (r"\sqrt{2}", "np.sqrt(2)", "np.sqrt(3)"), (r"2\pi", "2*np.pi", "np.pi"),
    ),
    "mathematics: small and close numbers (D2)": (
        (r"1.6 \times 10^{-19}", r"1.6 \times 10^{-19}", r"9.1 \times 10^{-31}"),
        (r"4.5\times10^{-33}", r"4.5\times10^{-33}", r"-4.5\times10^{-33}"),
        (r"\frac{1}{2^{99}}", r"1/2^{99}", r"1/2^{98}"),
        ("0.000001", "10^{-6}", "0.000002"), (r"10^{-12}", r"10^{-12}", r"10^{-13}"),
        (r"\frac{1}{10^{20}}", r"10^{-20}", "0"), ("1000001", "1000001", "1000000"),
        (r"\frac{333333}{1000000}", r"0.333333", r"0.333"),
    ),
    "mathematics: bases and units (D3)": (
        ("2516_8", "2516_8", "2516_7"), (r"2516_{8}", "2516_8", "2516_9"),
        (r"2\text{ m}", r"2\text{ m}", r"2\text{ km}"), (r"5\text{ cm}", r"5 \text{ cm}", r"5 \text{ mm}"),
        (r"1011_2", r"1011_{2}", r"1011_3"),
        (r"12 \text{ kg}", r"12\text{ kg}", r"12\text{ g}"),
        (r"30\,\text{seconds}", r"30\text{ seconds}", r"30\text{ minutes}"), (r"7", r"7\text{ cm}", r"8\text{ cm}"),
        (r"7\text{ cm}", "7", "8"),
    ),
    "mathematics: lists (I2)": (
        (r"3, 5", "3, 5", "5"), (r"5, 3", "3, 5", "3"), (r"3 \text{ and } 5", "3, 5", "5"),
        (r"3 \text{ or } 5", "3, 5", "3"), (r"3;5", "3, 5", "35"), (r"\{3, 5\}", r"\{5, 3\}", r"\{5\}"),
        (r"x = 3, x = 5", "3, 5", "5"),
        (r"32, 349", "32, 349", "32349"), (r"3,\,5", "3, 5", "3.5"), (r"3,\ 5", "3, 5", "35"),
        (r"3,5,7", "3, 5, 7", "357"), (r"\frac12, 2", r"2, \frac12", r"\frac12"), (r"-1, 1", r"1, -1", "1"),
    ),
    "mathematics: plus or minus (I4)": (
        (r"\pm 2", r"2, -2", "2"),
        (r"\frac{3 \pm \sqrt{5}}{2}", r"\frac{3+\sqrt5}{2}, \frac{3-\sqrt5}{2}", r"\frac{3+\sqrt5}{2}"),
        (r"\frac{3 \pm \sqrt5}{2}", r"\frac{3 \pm \sqrt{5}}{2}", r"\frac{3 \pm \sqrt{6}}{2}"),
        (r"1 \pm \sqrt{2}", r"1+\sqrt2, 1-\sqrt2", r"1+\sqrt2"),
        (r"2, -2", r"\pm 2", r"\pm 3"), (r"\left(\pm 3, 1\right)", r"(3, 1), (-3, 1)", "(3, 1)"),
        (r"\sqrt{2 \pm \sqrt{3}}", r"\sqrt{2+\sqrt3}, \sqrt{2-\sqrt3}", r"\sqrt{2+\sqrt3}"),
    ),
    "mathematics: shorthand (I7)": (
        (r"\frac2\pi", r"\frac{2}{\pi}", r"\frac{\pi}{2}"), (r"\frac\pi2", r"\frac{\pi}{2}", r"\frac{2}{\pi}"),
        (r"\frac1\sqrt2", r"\frac{1}{\sqrt{2}}", r"\sqrt{2}"), (r"\frac12", r"\frac{1}{2}", "12"),
        (r"\sqrt5", r"\sqrt{5}", "5"),
        (r"\frac{\pi}{4}+2-\sqrt{2}", r"\frac \pi4 + 2 - \sqrt2", r"\frac \pi4 + 2"),
        (r"\dfrac{7}{3}", r"\frac73", r"\frac37"), (r"\tfrac13", r"\frac{1}{3}", "3"),
        (r"\frac{1}2", r"\frac12", "2"),
        (r"\sqrt[3]2", r"\sqrt[3]{2}", r"\sqrt{2}"),
    ),
    "mathematics: forms (D4)": (
        (r"90^\circ", "90", "9"), (r"3\sqrt{13}", r"\sqrt{117}", r"\sqrt{13}"), (r"x^2", "x^{2}", "x"),
        (r"0.\overline{3}", r"\frac13", "0.3"), (r"\text{even}", r"\text{even}", r"\text{odd}"),
        (r"\text{Evelyn}", r"\text{Evelyn}", r"\text{Carla}"),
        (r"3, 5, \text{ and } 7", "3, 5, 7", "7"), (r".35625", "0.35625", "35625"), (r"\$.35625", "0.35625", "35625"),
        (r"\left( 3, \frac{\pi}{2} \right)", r"(3,\pi/2)", r"(3,\pi)"), (r"50\%", r"50\%", r"5\%"),
        (r"\frac{14}{3}", r"4\frac{2}{3}", r"\frac{3}{14}"),
        (r"2x+4", r"2(x+2)", r"2x+2"), (r"\left[0, 1\right)", "[0,1)", "[0,1]"),
        (r"x \le 3", r"x \leq 3", r"x \ge 3"),
        (r"10{,}080", "10080", "10"), (r"10,080", "10080", "10"),
        (r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", r"\begin{pmatrix}1\\2\end{pmatrix}",
        r"\begin{pmatrix}2\\1\end{pmatrix}"),
        (r"6 - 5i", "6-5i", "6+5i"), (r"\cos x", r"\cos(x)", r"\sin x"),
        (r"\mathrm{east}", r"\text{east}", r"\text{west}"), (r"\text{(C)}", r"\text{(C)}", r"\text{(D)}"),
        (r"11\sqrt2", r"11\sqrt{2}", r"2\sqrt{11}"), (r"y = 2x + 1", "y=2x+1", "y=2x-1"),
    ),
}  # fmt: skip
"""(as it is written in TeX, the target, a target that it is not)."""

WITHOUT_TEX: dict[str, tuple[tuple[str, str, str], ...]] = {
    "mathematics: plain text (I5, I6)": (
        ("2 1/2", r"\frac52", r"\frac{21}{2}"), ("-1 + sqrt(3)", r"-1+\sqrt{3}", "3"),
        ("2*sqrt(3)", r"2\sqrt{3}", "2"),
        ("ln(2)", r"\ln 2", "2"), ("x**2+1", "x^2+1", "1"), ("pi/2", r"\frac{\pi}{2}", "2"), ("3/4", r"\frac34", "3"),
        ("sqrt(2)/2", r"\frac{\sqrt2}{2}", "2"),
        ("2pi", r"2\pi", "2"), ("x^2 + 1", "x^2+1", "x^2"), ("(1/2, 3)", r"\left(\frac12, 3\right)", "3"),
        ("1/3", r"\frac{1}{3}", "3"), ("e^2", "e^2", "2"), ("cos(x)", r"\cos x", r"\sin x"),
        ("5 - 2i", "5-2i", "5+2i"),
        ("log(10)", r"\log 10", "10"), ("2^10", "1024", "10"), ("100!", "100!", "100"),
    ),
    "mathematics: Unicode (D4)": (
        ("90°", "90^\\circ", "9"), ("3√13", r"3\sqrt{13}", "13"), ("x²", "x^2", "x"), ("½", r"\frac12", "2"),
        ("π/2", r"\frac{\pi}{2}", "2"), ("2π", r"2\pi", "2"), ("√2", r"\sqrt2", "2"), ("−3", "-3", "3"),
        ("3×10⁸", r"3\times 10^8", "3"), ("±2", "2, -2", "2"), ("x ≤ 3", r"x \le 3", r"x \ge 3"),
        ("∞", r"\infty", r"-\infty"), ("2·3", "6", "23"),
    ),
    "mathematics: words and markup (D4)": (
        ("even", r"\text{even}", r"\text{odd}"), ("Evelyn", r"\text{Evelyn}", r"\text{Carla}"), ("**5**", "5", "4"),
        ("3, 5, and 7", "3, 5, 7", "7"), ("$.35625$", "0.35625", "35625"),
        ("**Evelyn**", r"\text{Evelyn}", r"\text{Carla}"), ("*even*", r"\text{even}", r"\text{odd}"),
        ("`12`", "12", "1"), ("3 and 5", "3, 5", "5"), ("5 dollars", "5", "4"),
        ("33.5 percent", "0.335", "3.35"), ("12 cm", r"12\text{ cm}", r"1\text{ cm}"),
    ),
}  # fmt: skip
BOXES = (
    r"\boxed{3} \quad \text{and} \quad \boxed{5}", r"\(\boxed{3}\) and \(\boxed{5}\)", r"$\boxed{3}$ and $\boxed{5}$",
    r"\boxed{3}, \boxed{5}", r"\boxed{3} or \boxed{5}", r"\boxed{3} \text{ or } \boxed{5}",
    r"$\boxed{3}$, $\boxed{5}$",
    r"\boxed{3} and \boxed{5}.",
    r"\boxed{3}\ \boxed{5}", r"\boxed{3} \text{ and } \boxed{5}", r"\boxed{3}; \boxed{5}",
    r"\[\boxed{3}\] and \[\boxed{5}\]", r"\boxed{3} \quad \boxed{5}", r"\boxed{3} \& \boxed{5}",
    r"\boxed{3} as well as \boxed{5}", "\\boxed{3}\nand\n\\boxed{5}", r"x = \boxed{3} and y = \boxed{5}",
    r"\boxed{3} und \boxed{5}",
    r"\boxed{3} 和 \boxed{5}", r"\boxed{3} & \boxed{5}",
)  # fmt: skip
FALSE_PAIRS = (
    (r"\boxed{5}", "3, 5"), (r"\boxed{3, 5}", "5"), (r"\boxed{24e}", "3e8"), (r"\boxed{x}", "y"),
    (r"\boxed{\frac{1}{2}}", "2"), (r"\boxed{0}", r"10^{-30}"), (r"\boxed{(1, 2)}", "(2, 1)"),
    (r"\boxed{[1, 2]}", "(1, 2)"), (r"\boxed{\text{yes}}", r"\text{no}"), (r"\boxed{1/0}", "1"), (r"\boxed{}", "0"),
    (r"\boxed{2}", "2x"), (r"\boxed{x=3}", "x=4"), (r"\boxed{\text{A}}", r"\text{B}"), ("I do not know.", "3"),
    (r"\boxed{?}", "3"), (r"\boxed{\ln 2}", r"\log_{10} 2"), (r"\boxed{-\frac12}", r"\frac12"),
    (r"\boxed{2^{10}}", "210"), (r"\boxed{1,000}", "1"),
)  # fmt: skip


def replies() -> Iterator[Reply]:
    """Yield every completion of this table."""
    for table, frames in ((ROWS, FRAMES), (WITHOUT_TEX, PLAIN)):
        for kind, rows in table.items():
            for answer, target, other in rows:
                for frame in frames:
                    text = fill(frame, {"x": answer})
                    yield Reply(kind=kind, scorer="math", text=text, target=target, right=RIGHT)
                    yield Reply(kind=kind, scorer="math", text=text, target=other, right=WRONG)
    for boxes in BOXES:
        for before in ("", "The solutions are ", "We have x = 1 first. Then "):
            for target, right in (("3, 5", RIGHT), ("5", WRONG), ("3", WRONG)):
                yield Reply(
                    kind="mathematics: several boxes (I2)",
                    scorer="math",
                    text=before + boxes,
                    target=target,
                    right=right,
                )
    for text, target in FALSE_PAIRS:
        yield Reply(kind="mathematics: other values", scorer="math", text=text, target=target, right=WRONG)
