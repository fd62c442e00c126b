"""Numbers in every writing: how they are written, what surrounds them, and in which language."""

from decimal import Decimal

import pytest

from pytest_evalscope.text import extract_number, number_value, parse_number
from pytest_evalscope.text.answers.clean import narrow
from pytest_evalscope.text.answers.numbers import read_number
from pytest_evalscope.text.answers.regions import Refused, Region

WRITTEN = (
    ("- 12", "-12"), ("−0.25", "-0.25"), ("-\\dfrac{3}{8}", "-0.375"), ("-£7", "-7"), ("–12.5", "-12.5"),
    ("negative 12", "-12"), ("minus 4.5", "-4.5"), ("- 1/4", "-0.25"), ("-2 1/2", "-2.5"), ("-2½", "-2.5"),
    ("(-7)", "-7"), ("$ -7 $", "-7"), ("-\\$7", "-7"), ("−£3.50", "-3.5"), ("x = -3", "-3"), ("x=−3", "-3"),
    ("x = – 3", "-3"), ("-1.5e3", "-1500"), ("-1.2 \\times 10^3", "-1200"), ("- 5 \\times 10^{-1}", "-0.5"),
    ("-€1,234.50", "-1234.5"), ("-5%", "-5"), ("- USD 5", "-5"), ("-USD 5", "-5"), ("US$ 5", "5"), ("-US$5", "-5"),
    ("12\\;345", "12345"), ("12\\:345", "12345"), ("1\\,234\\,567", "1234567"), ("1{,}234{,}567", "1234567"),
    ("1 234 567.89", "1234567.89"), ("12’345", "12345"), ("1'234'567", "1234567"), ("99 999", "99999"),
    ('5\u2009000', "5000"), ("10,00,000", "1000000"), ("0.001", "0.001"), ("0,5", "0.5"), ("1_500", "1500"),
    ("6.02 × 10^23", "6.02e23"), ("6.02\\times10^{23}", "6.02e23"), ("5E3", "5000"), ("4.5e-3", "0.0045"),
    ("3 × 10⁻²", "0.03"), ("3·10^4", "30000"), ("3 \\ast 10^2", "300"), ("10^{-3}", "0.001"), ("3^4", "81"),
    ("2^5", "32"), ("10⁶", "1000000"), ("2**10", "1024"), ("5^{2}", "25"), ("2^{-2}", "0.25"), ("1.5 x 10^3", "1500"),
    ("10^0", "1"), ("\\frac34", "0.75"), ("\\frac{15}{4}", "3.75"), ("3 \\frac{1}{4}", "3.25"),
    ("3\\dfrac14", "3.25"), ("⅝", "0.625"), ("3⅛", "3.125"), ("3 ⅛", "3.125"), ("7/8", "0.875"), ("7⁄8", "0.875"),
    ("\\frac{ 7 }{ 8 }", "0.875"), ("1 3/4", "1.75"), ("\\frac{1,500}{2}", "750"), ("\\sqrt{16}", "4"), ("√25", "5"),
    ("3\\sqrt{16}", "12"), ("\\sqrt[3]{27}", "3"), ("√(49)", "7"), ("3万", "30000"), ("2.5億", "250000000"),
    ("3 million", "3000000"), ("3.2 billion", "3200000000"), ("$45k", "45000"), ("45K", "45000"), ("2.5M", "2500000"),
    ("4 lakhs", "400000"), ("1.5 crores", "15000000"), ("7 thousand", "7000"), ("12 hundred", "1200"),
    ("5 hundred thousand", "500000"), ("€2 million", "2000000"), ("3 trillion", "3e12"), ("7万5000", "75000"),
    ("3억 5천만", "350000000"), ("500만", "5000000"), ("2 m", "2"), ("5 M", "5"), ("5 km", "5"), ("5 kg", "5"),
    ("5km", "5"), ("5m", "5"), ("5 mm", "5"), ("5 MB", "5"), ("3千克", "3"), ("5千米", "5"), ("8 cm^3", "8"),
    ("8 cm³", "8"), ("8\\text{ cm}^3", "8"), ("8\\,\\text{cm}^{3}", "8"), ("8~\\mathrm{kg}", "8"), ("3 m/s²", "3"),
    ("3\\ \\text{m/s}^2", "3"), ("3 m s^-2", "3"), ("3 m s^{-2}", "3"), ("100°C", "100"), ("45^{\\circ}", "45"),
    ("45 degrees", "45"), ("¥500", "500"), ("₹500", "500"), ("500 rupees", "500"), ("INR 500", "500"),
    ("Rs 500", "500"), ("Rs.500", "500"), ("Rs500", "500"), ("EUR 5.5", "5.5"), ("5.50 €", "5.5"), ("75 \\%", "75"),
    ("75 per cent", "75"), ("$75.25", "75.25"), ("**$75**", "75"), ("\\textbf{75}", "75"), ("__75__", "75"),
    ("\\mathbf{75}", "75"), ("\\text{75 apples}", "75"), ("3 CO2 molecules", "3"), ("CO2: 3", "3"), ("75!", "75"),
    ("`75`", "75"), ("\"75\"", "75"), ("20,000.", "20000"), ("about 20", "20"), ("~20", "20"), ("≈20", "20"),
    ("approx. 20", "20"), ("12.", "12"), ("5th", "5"),
)  # fmt: skip
"""(As it is written, its value), in a statement and by itself."""
SUMS = (
    ("7 + 5 = 12", "12"), ("7 pens + 5 pens = 12 pens", "12"), ("(7 + 5) × 2 = 24", "24"),
    ("(7 + 5) \\times 2 = 24", "24"), ("2 \\times (3 + 4) = 14", "14"), ("y = 12", "12"), ("12 = 7 + 5", "12"),
    ("$7 + $5 = $12", "12"), ("\\$7 + \\$5 = \\$12", "12"), ("50% + 20% = 70%", "70"), ("1/3 + 1/6 = 1/2", "0.5"),
    ("3^2 + 4^2 = 25", "25"), ("7 plus 5 equals 12", "12"), ("7 plus 5 is 12", "12"), ("7 and 5 make 12", "12"),
    ("total = 7 × 6 = 42 apples", "42"), ("7·6=42", "42"), ("7x6=42", "42"), ("7 x 6 = 42", "42"),
    ("84 / 2 = 42", "42"), ("7 + 5 = 12, as I said in step 3", "12"), ("7 + 5 = 12 (see step 3)", "12"),
    ("12, because 7 + 5 = 12 and 3 is odd", "12"), ("12 (7 + 5 = 12, not 13)", "12"), ("12 because x = 33", "12"),
    ("12, as x = 33", "12"), ("12 since 33 = 45 - 12", "12"), ("7 - 5 = 2", "2"), ("5 - 7 = -2", "-2"),
    ("5 - 7 = - 2", "-2"), ("7 + 5 = 6 + 6 = 12", "12"), ("It costs $7 plus $5, which makes $12 in all.", "12"),
    ("7 boys and 5 girls, 12 in all", "12"), ("7 minus 5 equals 2", "2"), ("7 times 5 gives 35", "35"),
    ("7 × 5 → 35", "35"), ("$2^3 = 8$", "8"), ("3 * 4 = 12", "12"), ("1.5 + 1.5 = 3", "3"), ("5 + 3 ≈ 8", "8"),
)  # fmt: skip
STATED = (
    ("she needs 29 of them, not 33", "29"), ("not 33. It is 29", "29"), ("not 33 but 29", "29"),
    ("definitely 29, and not 33", "29"), ("29 because 33 were lost", "29"), ("not 29", None), ("five", "5"),
    ("Twenty-five", "25"), ("about twelve", "12"), ("forty two", "42"), ("three hundred and five", "305"),
    ("two thousand and twelve", "2012"), ("a hundred", "100"), ("one", "1"), ("one apple", "1"),
    ("one hundred thousand", "100000"), ("two thirds", "0.6666666666666666666666666667"), ("minus five", "-5"),
    ("Tom has five apples", "5"), ("five dollars", "5"), ("five, not 6", "5"), ("nineteen", "19"),
    ("one of 29", "29"), ("zero", "0"), ("one and a half", "1.5"), ("half", "0.5"), ("a half", "0.5"),
    ("two dozen", "24"), ("seventy-seven apples", "77"), ("one million", "1000000"),
    ("twelve hundred", "1200"), ("a dozen", "12"), ("half a dozen eggs", "6"), ("2 dozen", "24"), ("2.5 dozen eggs",
    "30"),
    ("2 Dutzend", "24"), ("1 1/2 dozen", "18"), ("2 1/2 million people", "2500000"), ("1/2 dozen", "6"),
    ("2 1/3 dozen", "28"), ("1 1/0 dozen", None), ("3ダース", "36"), ("5 hundred dozen", "6000"), ("no. 5", "5"),
    ("no.5", "5"),
    ("5 no matter what", "5"), ("29 non overlapping squares", "29"),
)  # fmt: skip
LAST = (
    ("7 pens + 5 pens = 12 pens", "12"), ("7 boys and 5 girls make 12 children", "12"),
    ("It is not 33. It is 29", "29"), ("It is 29, not 33", "29"), ("29 (not 33)", "29"), ("It isn't 29.", None),
    ("not 29", None), ("29 rather than 33", "29"), ("29 instead of 33", "29"), ("She has 29. 33 is wrong.", "29"),
    ("33 is incorrect, so 29", "29"),
)  # fmt: skip
LANGUAGES = (
    ("de", "1.234.567", "1234567"), ("de", "1.234.567,89", "1234567.89"), ("de", "3,14", "3.14"),
    ("de", "3.14", "3.14"), ("de", "12.345", "12345"), ("de", "1.5", "1.5"), ("de", "0.125", "0.125"),
    ("de", "12 345,6", "12345.6"), ("de", "-12,5", "-12.5"), ("de", "12,5 km", "12.5"),
    ("de", "2,5 Millionen", "2500000"), ("de", "5 Mrd. Euro", "5000000000"), ("es", "2,5 millones", "2500000"),
    ("fr", "3 milliards", "3000000000"), ("fr", "12,50 €", "12.5"), ("ru", "3,5 млн", "3500000"),
    ("ru", "12 тысяч", "12000"), ("pt", "R$ 12,50", "12.5"), ("pt", "R$ 1.250,00", "1250"), ("it", "12.500", "12500"),
    ("vi", "2,5 triệu", "2500000"), ("id", "5 ribu", "5000"), ("id", "Rp 70.000", "70000"), ("hi", "5 लाख", "500000"),
    ("hi", "५ करोड़", "50000000"), ("ar", "٧٠٬٠٠٠", "70000"), ("ar", "١٢٫٥", "12.5"), ("zh", "7万元", "70000"),
    ("zh", "3.5亿人", "350000000"), ("zh", "负5", "-5"), ("ja", "マイナス5", "-5"), ("th", "๗๐,๐๐๐", "70000"),
    ("th", "3 ล้านบาท", "3000000"), ("sw", "elfu mbili", "2000"), ("de", "12'345", "12345"),
    ("fr", "12 345", "12345"), ("fr", '12\u202f345', "12345"), ("en", "1.234,5", "1234.5"), ("en", "70.000", "70"),
    ("de", "70,000", "70"), ("pt_BR", "12,5", "12.5"),
)  # fmt: skip
WORDS = (
    ("de", "siebzehn", "17"), ("de", "dreiundvierzig Äpfel", "43"), ("fr", "douze", "12"),
    ("fr", "quatre-vingts", "80"), ("es", "diecisiete", "17"), ("es", "cuarenta y dos", "42"),
    ("pt", "quarenta e dois", "42"), ("it", "quarantadue", "42"), ("ru", "сорок два", "42"), ("ar", "اثنا عشر", "12"),
    ("ar", "سبعة عشر", "17"), ("hi", "बारह", "12"), ("hi", "सौ", "100"), ("bn", "বারো", "12"),
    ("te", "పన్నెండు", "12"), ("th", "สี่สิบสอง", "42"), ("th", "สิบสอง", "12"), ("sw", "kumi na mbili", "12"),
    ("sw", "arobaini na mbili", "42"), ("vi", "mười hai", "12"), ("vi", "bốn mươi hai", "42"),
    ("id", "dua belas", "12"), ("id", "empat puluh dua", "42"), ("ja", "四十二", "42"), ("zh", "四十二个", "42"),
    ("zh", "一个", "1"), ("zh", "两百五十", "250"), ("zh", "百分之二十", "20"), ("zh", "三万五千", "35000"),
    ("ko", "열두 개", "12"),
    ("ko", "사십이", "42"), ("ko", "오", "5"), ("zh", "一千零一夜", "1001"), ("ru", "пять яблок", "5"),
    ("de", "null", "0"),
    ("fr", "cinq pommes", "5"), ("es", "cinco manzanas", "5"),
)  # fmt: skip


def value(text, stage, language=""):
    found = read_number(Region(narrow(text), stage, "its place", language))
    assert not isinstance(found, Refused)
    return found and number_value(found)


def decimal(written):
    return written and Decimal(written)


@pytest.mark.parametrize("stage", ["structured", "stated", "alone"])
@pytest.mark.parametrize(("text", "wanted"), WRITTEN)
def test_a_number_in_every_writing(text, wanted, stage):
    assert value(text, stage) == decimal(wanted)


@pytest.mark.parametrize(("text", "wanted"), [*SUMS, *STATED])
def test_the_first_number_of_a_statement(text, wanted):
    assert value(text, "stated") == decimal(wanted)


@pytest.mark.parametrize(("text", "wanted"), LAST)
def test_the_last_number_of_a_text(text, wanted):
    assert value(text, "alone") == decimal(wanted)


@pytest.mark.parametrize(("language", "text", "wanted"), LANGUAGES)
def test_points_and_commas_of_a_language(language, text, wanted):
    assert value(text, "stated", language) == decimal(wanted)
    assert value(f"16; {text}", "alone", language) == decimal(wanted) or language == "sw"  # in words


@pytest.mark.parametrize(("language", "text", "wanted"), WORDS)
def test_numbers_in_words(language, text, wanted):
    assert value(text, "stated", language) == decimal(wanted)


def test_words_are_read_in_statements_alone():
    assert extract_number("One of five.") is None
    assert extract_number("The answer is five.") == "5"


@pytest.mark.parametrize(
    "text",
    ["unknown", "Unknown.", "none", "N/A", "cannot be determined", "not enough information", "未知", "无法确定"],
)
def test_a_number_that_is_said_to_be_unknown(text):
    assert read_number(Region(text, "stated", "its place")) == Refused("it is said to be unknown")


def test_an_unknown_answer_ends_the_search():
    assert extract_number("16 eggs.\nANSWER: unknown\n3 lines") is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("so 29 is the answer", "29"),
        ("The answer is either 29 or 33.", None),
        ("The answer is between 29 and 33.", None),
        ("The answer is 29, between 16 and 33.", "29"),
        ("La réponse est soit 18 œufs, 2 de plus que 16.", "18"),
        ("ANSWER: 50% of 20 = 10", "10"),
        ("ANSWER: 12 eggs/day × 7 days = 84 eggs", "84"),
        ("ANSWER: 5! = 120", "120"),
        ("The answer is that Tom has ½ of it.", "1/2"),
        ("Tom has \\frac12 of it", "1/2"),
        ("The answer is: x = $- 7$.", "-7"),
        ("5 + 3 = 8 is the answer", "8"),
        ("x_1 and log_2", None),
        ("the error is in paragraph_2", "2"),
        ("2^{2^{2}}", None),
        ("9^{99}", str(9**99)),
        ("9^{999999}", None),
        ("10^{999999}", "1e999999"),
        ("2^x", None),
        ("\\sqrt{2}", "1.414213562373095048801688724"),
        ("\\frac{1}{2^{99}}", None),
        ("- 3 apples\n- 4 pears", "4"),
        ("H2O, CO2, m2", None),
        ("3,4,5", "5"),
        (".000", ".000"),
        (".125", ".125"),
        ("2020 300", "300"),
        ("1 or 2/0", "2/0"),
    ],
)
def test_what_is_a_number(text, wanted):
    assert extract_number(text) == wanted


@pytest.mark.parametrize(
    ("target", "language", "wanted"),
    [
        ("1,234", "", "1234"),
        ("12,5", "", "12.5"),
        ("12,5", "de", "12.5"),
        ("1.234,5", "de", "1234.5"),
        ("1.234", "de", "1.234"),  # in plain notation
        ("1e-05", "fr", "0.00001"),
        ("1.234e-05", "de", "0.00001234"),
        ("-3/4", "", "-0.75"),
    ],
)
def test_a_target(target, language, wanted):
    assert parse_number(target, language) == Decimal(wanted)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "1",
            "1,",
            "1.",
            "1 000 ",
            "1=",
            "2^",
            "10^{",
            "7万",
            "five ",
            "五",
            "√",
            "\\frac{1}{",
            "1/",
            "- ",
            "not 1, ",
            "½",
        ),
        *("1e", "1 + ", "\\sqrt{", "seventy-", "million ", "3 million ", "$", "=", "(1", "1,234", "quatre-vingt-"),
    ],
)
@pytest.mark.parametrize("start", ["", "ANSWER: "])
def test_the_longest_texts_are_read(start, unit):
    """A number or none, without an error; the time is that of `bench/reading_cost.py`."""
    found = extract_number(start + unit * (200_000 // len(unit)), "fr")
    assert found is None or len(found) <= 200_000
