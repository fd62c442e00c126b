"""Code in other languages: the function that a prompt begins, and whether a completion has it whole."""

import pytest

from pytest_evalscope.scorers.polyglot import LANGUAGES, job_of, name_of


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("HumanEval_0_has_close_elements", "has_close_elements"),
        ("mbpp_3_is_not_prime", "is_not_prime"),
        ("x", "x"),
        ("a_b_c", "a_b_c"),
        ("a_3_", "a_3_"),
    ],
)
def test_a_row_names_its_function(name, function):
    assert name_of("", name) == function


@pytest.mark.parametrize(
    ("line", "function"),
    [
        ("long string_length(std::string string) {", "string_length"),
        ("std::optional<std::string> prod_signs(std::vector<long> arr) {", "prod_signs"),
        ("std::vector<std::function<long(long)>> all(std::map<long, std::vector<long>> a) {", "all"),
        ("    public static Optional<Pair<Long, Long>> evenOdd(ArrayList<Long> arr) {", "evenOdd"),
        ("function count_up(n){", "count_up"),
        ("fn f(n: isize) -> Vec<isize> {", "f"),
        ("strlen() {", "strlen"),
    ],
)
def test_a_prompt_names_its_function_as_the_language_has_to(line, function):
    assert name_of(f"// g(1)\n# h() {{\n{line}\n", "HumanEval_23_strlen") == function


DEFINED = {
    "cpp": [
        "long f(long n) {", "auto f(std::function<long(long)> g)\n{", "std::vector<long>\nf() const {",
        "auto f(long n) -> std::vector<long> {", "auto f = [](long n) {",
    ],
    "java": ["public static <T> long f(List<T> a) {", "static long f(long n) throws Exception {"],
    "js": [
        "function f(n) {", "async function* f() {", "const f = n => n", "let f = function(n) {", "exports.f = f",
        "export function f(n){", "var o = {f: (n) => n}",
    ],
    "rs": ["pub fn f(n: isize) -> isize {", "fn f<T>(n: T) {"],
    "sh": ["f() {", "function f {", "  f ()\n{"],
}  # fmt: skip
CALLED = {
    "cpp": ["return f(n - 1) + 1;", "if (f(n) > 2) {", "for (auto x : f(n)) {", "while (f(f(n))) {", "if (n == 1) {"],
    "java": ["return f(n - 1);", "if (f(n) > f(1)) {", "for (long x : f(n)) {"],
    "js": ["return f(n - 1);", "if (f == g) {", "[1].map(f)", "for (const x of f(n)) {"],
    "rs": ["f(n - 1) + 1", "if f(n) {", "for x in f(n) {"],
    "sh": ["x=$(f 1)", "if f; then"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_function_that_calls_itself_is_not_yet_a_whole_one(language):
    row = {"prompt": "PROMPT\n", "tests": "", "stops": "", "name": "f"}
    for codes, whole in ((DEFINED, True), (CALLED, False)):
        for code in codes[language]:
            job = job_of(code, True, row, LANGUAGES[language])
            assert ("PROMPT" not in job["program" if "program" in job else "solution"]) is whole, code
