"""WMT24++: from English into 55 languages and their varieties."""

from pytest_evalscope.benchmarks.benchmark import Benchmark
from pytest_evalscope.data import Hub
from pytest_evalscope.scorers.translation import bleu, chrf, require_sacrebleu, translation
from pytest_evalscope.solvers import chat
from pytest_evalscope.types import Row, Sample

LANGUAGES = {
    "ar_eg": "arabic",
    "ar_sa": "arabic",
    "bg_bg": "bulgarian",
    "bn_in": "bengali",
    "ca_es": "catalan",
    "cs_cz": "czech",
    "da_dk": "danish",
    "de_de": "german",
    "el_gr": "greek",
    "es_mx": "spanish",
    "et_ee": "estonian",
    "fa_ir": "farsi",
    "fi_fi": "finnish",
    "fil_ph": "filipino",
    "fr_ca": "french",
    "fr_fr": "french",
    "gu_in": "gujarati",
    "he_il": "hebrew",
    "hi_in": "hindi",
    "hr_hr": "croatian",
    "hu_hu": "hungarian",
    "id_id": "indonesian",
    "is_is": "icelandic",
    "it_it": "italian",
    "ja_jp": "japanese",
    "kn_in": "kannada",
    "ko_kr": "korean",
    "lt_lt": "lithuanian",
    "lv_lv": "latvian",
    "ml_in": "malayalam",
    "mr_in": "marathi",
    "nl_nl": "dutch",
    "no_no": "norwegian",
    "pa_in": "punjabi",
    "pl_pl": "polish",
    "pt_br": "portuguese",
    "pt_pt": "portuguese",
    "ro_ro": "romanian",
    "ru_ru": "russian",
    "sk_sk": "slovak",
    "sl_si": "slovenian",
    "sr_rs": "serbian",
    "sv_se": "swedish",
    "sw_ke": "swahili",
    "sw_tz": "swahili",
    "ta_in": "tamil",
    "te_in": "telugu",
    "th_th": "thai",
    "tr_tr": "turkish",
    "uk_ua": "ukrainian",
    "ur_pk": "urdu",
    "vi_vn": "vietnamese",
    "zh_cn": "mandarin",
    "zh_tw": "mandarin",
    "zu_za": "zulu",
}
"""Variety → the language's name in the prompt, as EvalScope writes it."""
TOKENIZERS = {"zh_cn": "zh", "zh_tw": "zh", "ja_jp": "char", "th_th": "char"}
"""Tokenizers of languages without spaces: sacreBLEU's for Chinese, else characters. The others: 13a."""


def read(row: Row) -> Sample:
    """Return a segment with its translation; the segments of a document are one group. Raises MissingExtra."""
    require_sacrebleu()
    pair = str(row["language_pair"]).lower()
    source, _, variety = pair.partition("-")
    if source != "en" or not str(row["target"]).strip():
        raise ValueError(f"no segment with a translation from English ({pair})")
    document = row.get("document_id")
    return Sample(
        input=str(row["source"]),
        target=str(row["target"]),
        group=f"{pair}/{document}" if document else "",
        metadata={"language": LANGUAGES[variety]},
    )


BENCHMARK = Benchmark(
    name="wmt24pp",
    title="WMT24++",
    description=(
        "960 segments of news, literature, speech and posts in English, each to be translated into 55 languages and "
        "varieties. BLEU and chrF of the corpus, as shares of 1; COMET, which needs a model, is not computed."
    ),
    task_type="translation",
    tags=("translation", "multilingual"),
    languages=("en", *dict.fromkeys(variety.partition("_")[0] for variety in LANGUAGES)),
    paper="arXiv:2502.12404",
    licence="Apache-2.0",
    reference="EvalScope 1.14 (prompt); sacreBLEU (marks)",
    data=Hub(
        "extraordinarylab/wmt24pp",
        split="test",
        subsets=tuple(f"en-{variety}" for variety in LANGUAGES),
        subset_field="language_pair",
        rows=960,
    ),
    sample=read,
    solve=chat(
        template="Translate the following english sentence into {language}:\n\nenglish: {input}\n{language}:",
    ),
    score=translation(tokenizers={f"en-{variety}": name for variety, name in TOKENIZERS.items()}),
    metrics={"chrf": chrf(), "bleu": bleu()},
    params={"temperature": 0.0},
)
