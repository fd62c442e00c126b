"""Number words of eighteen languages, as data: from nought to nineteen, the tens, and what multiplies them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

LETTER = "[\\w\u0300-\u036f\u0900-\u0963\u0966-\u0e7f]"
"""Pattern of a letter, or of a sign that belongs to one."""
AFTER_KOREAN = r"(?=입니다|이다|이에요|예요|개|명|마리|살|시간|원|번|권|장|대|일|\W|$)"
"""Pattern of what may follow a Korean number: the verb, or a word to count with."""


class Language(NamedTuple):
    """The words of a language for numbers, in small letters; `_` within one is a space or a hyphen, as `-` is."""

    units: str
    """The words from 0 to 19, spellings of one divided by `|`."""
    tens: str
    """The words from 20 to 90."""
    larger: str = ""
    """`word=factor`, which multiplies what is before it: `hundred=100`."""
    ahead: str = ""
    """The same for factors before what they multiply."""
    between: str = "[ -]{1,2}"
    """Pattern of what is between the words of one number."""
    before: str = ""
    """Pattern of what may come before them."""
    behind: str = f"(?!{LETTER})"
    """Pattern of what has to follow."""


LANGUAGES: Mapping[str, Language] = {
    "en": Language(
        "zero|nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen",
        "twenty thirty forty|fourty fifty sixty seventy eighty ninety",
        "hundred=100 thousand=1000 million=1000000 billion=1000000000 trillion=1000000000000 lakh=100000 "
        "crore=10000000 dozen=12",
        between="[ -]{1,2}(?:and a |and )?",
        before="(?:an? )?",
    ),
    "de": Language(
        "null eins|ein|eine|einen zwei|zwo drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
        "fünfzehn sechzehn siebzehn achtzehn neunzehn",
        "zwanzig dreißig|dreissig vierzig fünfzig sechzig siebzig achtzig neunzig",
        "hundert=100 tausend=1000 million=1000000 millionen=1000000 milliarde=1000000000 milliarden=1000000000 "
        "dutzend=12",
        between="[ -]?(?:und)?[ -]?",
    ),
    "fr": Language(
        "zéro un|une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept "
        "dix-huit dix-neuf",
        "vingt trente quarante cinquante soixante soixante-dix quatre-vingt|quatre-vingts quatre-vingt-dix",
        "cent=100 cents=100 mille=1000 million=1000000 millions=1000000 milliard=1000000000 milliards=1000000000 "
        "douzaine=12 douzaines=12",
        between="[ -]{1,2}(?:et[ -])?",
    ),
    "es": Language(
        "cero uno|un|una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
        "dieciséis|dieciseis diecisiete dieciocho diecinueve",
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        "cien=100 ciento=100 cientos=100 cientas=100 mil=1000 millón=1000000 millones=1000000 docena=12 docenas=12",
        between="[ -]?(?:y )?",
    ),
    "pt": Language(
        "zero um|uma dois|duas três quatro cinco seis sete oito nove dez onze doze treze quatorze|catorze quinze "
        "dezesseis|dezasseis dezessete|dezassete dezoito dezenove|dezanove",
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
        "cem=100 cento=100 mil=1000 milhão=1000000 milhões=1000000 dúzia=12 dúzias=12",
        between="[ -]{1,2}(?:e )?",
    ),
    "it": Language(
        "zero uno|un|una due tre|tré quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
        "quindici sedici diciassette diciotto diciannove",
        "venti|vent trenta|trent quaranta|quarant cinquanta|cinquant sessanta|sessant settanta|settant ottanta|ottant "
        "novanta|novant",
        "cento=100 mille=1000 mila=1000 milione=1000000 milioni=1000000 dozzina=12 dozzine=12",
        between="[ -]?(?:e )?",
    ),
    "ru": Language(
        "ноль|нуль один|одна|одно два|две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать "
        "тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать",
        "двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто",
        "тысяча=1000 тысячи=1000 тысяч=1000 миллион=1000000 миллиона=1000000 миллионов=1000000",
    ),
    "ar": Language(
        "صفر واحد|واحدة اثنان|اثنين|اثنتان ثلاثة|ثلاث أربعة|أربع خمسة|خمس ستة|ست سبعة|سبع ثمانية|ثماني|ثمان تسعة|تسع "
        "عشرة|عشر أحد_عشر اثنا_عشر ثلاثة_عشر أربعة_عشر خمسة_عشر ستة_عشر سبعة_عشر ثمانية_عشر تسعة_عشر",
        "عشرون|عشرين ثلاثون|ثلاثين أربعون|أربعين خمسون|خمسين ستون|ستين سبعون|سبعين ثمانون|ثمانين تسعون|تسعين",
        "مئة=100 مائة=100 ألف=1000 آلاف=1000 مليون=1000000",
        between=" ?(?:و ?)?",
    ),
    "hi": Language(
        "शून्य एक दो तीन चार पाँच|पांच छह|छः|छे सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह|पन्द्रह सोलह सत्रह अठारह उन्नीस",
        "बीस तीस चालीस पचास साठ सत्तर अस्सी नब्बे",
        "सौ=100 हज़ार=1000 हजार=1000 लाख=100000 करोड़=10000000",
    ),
    "bn": Language(
        "শূন্য এক|একটি দুই|দুটি তিন|তিনটি চার|চারটি পাঁচ|পাঁচটি ছয়|ছয় সাত আট নয়|নয় দশ এগারো|এগার বারো|বার তেরো|তের "
        "চৌদ্দ পনেরো|পনের ষোল|ষোলো সতেরো|সতের আঠারো|আঠার উনিশ",
        "বিশ|কুড়ি|কুড়ি ত্রিশ|তিরিশ চল্লিশ পঞ্চাশ ষাট সত্তর আশি নব্বই",
        "শত=100 একশ=100 শ=100 হাজার=1000 লক্ষ=100000 লাখ=100000 কোটি=10000000",
    ),
    "te": Language(
        "సున్నా ఒకటి|ఒక రెండు మూడు నాలుగు ఐదు|అయిదు ఆరు ఏడు ఎనిమిది తొమ్మిది పది పదకొండు పన్నెండు పదమూడు పద్నాలుగు|పధ్నాలుగు "
        "పదిహేను పదహారు పదిహేడు పద్దెనిమిది పంతొమ్మిది|పందొమ్మిది",
        "ఇరవై ముప్పై|ముప్ఫై నలభై యాభై అరవై డెబ్బై ఎనభై తొంభై",
        "వంద=100 వందల=100 వెయ్యి=1000 వేల=1000 లక్ష=100000",
    ),
    "th": Language(
        "ศูนย์ หนึ่ง|เอ็ด สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ สิบเอ็ด สิบสอง สิบสาม สิบสี่ สิบห้า สิบหก สิบเจ็ด สิบแปด สิบเก้า",
        "ยี่สิบ สามสิบ สี่สิบ ห้าสิบ หกสิบ เจ็ดสิบ แปดสิบ เก้าสิบ",
        "ร้อย=100 พัน=1000 หมื่น=10000 แสน=100000 ล้าน=1000000",
        between="",
        behind="",
    ),
    "sw": Language(
        "sifuri moja mbili|wawili|viwili tatu|watatu nne|wanne tano|watano|vitano sita saba nane tisa kumi "
        "kumi_na_moja kumi_na_mbili kumi_na_tatu kumi_na_nne kumi_na_tano kumi_na_sita kumi_na_saba "
        "kumi_na_nane kumi_na_tisa",
        "ishirini thelathini arobaini hamsini sitini sabini themanini tisini",
        ahead="mia=100 elfu=1000 laki=100000 milioni=1000000",
        between=" (?:na )?",
    ),
    "vi": Language(
        "không một|mốt hai ba bốn|tư năm|lăm sáu bảy|bẩy tám chín mười mười_một mười_hai mười_ba mười_bốn mười_lăm "
        "mười_sáu mười_bảy mười_tám mười_chín",
        "hai_mươi ba_mươi bốn_mươi năm_mươi sáu_mươi bảy_mươi tám_mươi chín_mươi",
        "trăm=100 nghìn=1000 ngàn=1000 triệu=1000000 tỷ=1000000000",
        between=" (?:lẻ |linh )?",
    ),
    "id": Language(
        "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas dua_belas tiga_belas empat_belas "
        "lima_belas enam_belas tujuh_belas delapan_belas sembilan_belas",
        "dua_puluh tiga_puluh empat_puluh lima_puluh enam_puluh tujuh_puluh delapan_puluh sembilan_puluh",
        "ratus=100 ribu=1000 juta=1000000 miliar=1000000000 seratus=100 seribu=1000",
    ),
    "ko": Language(
        "영 하나|한 둘|두 셋|세 넷|네 다섯 여섯 일곱 여덟 아홉 열 열하나|열한 열둘|열두 열셋|열세 "
        "열넷|열네 열다섯 열여섯 열일곱 열여덟 열아홉",
        "스물|스무 서른 마흔 쉰 예순 일흔 여든 아흔",
        between="",
        behind=AFTER_KOREAN,
    ),
}
OTHERS: Mapping[str, Mapping[str, str]] = {
    "en": {"add": "half-a-dozen=6", "part": "half=2 quarter=4 quarters=4 third=3 thirds=3 fifth=5 fifths=5"},
    "es": {
        "add": "veintiuno=21 veintiún=21 veintiuna=21 veintidós=22 veintidos=22 veintitrés=23 veintitres=23 "
        "veinticuatro=24 veinticinco=25 veintiséis=26 veintiseis=26 veintisiete=27 veintiocho=28 veintinueve=29 "
        "quinientos=500 setecientos=700 novecientos=900"
    },
    "pt": {
        "add": "duzentos=200 trezentos=300 quatrocentos=400 quinhentos=500 seiscentos=600 setecentos=700 "
        "oitocentos=800 novecentos=900"
    },
    "ru": {
        "add": "сто=100 двести=200 триста=300 четыреста=400 пятьсот=500 шестьсот=600 семьсот=700 восемьсот=800 "
        "девятьсот=900"
    },
}
"""Words that belong to no row of those, by what they do: `add` a value, or take a `part`."""
