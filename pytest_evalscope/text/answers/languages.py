"""Words that state, reject and join answers, in eighteen languages."""

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
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    spaced: bool = True
    """False where no space divides words."""
    decimal_comma: bool = False
    """True if decimals follow a comma, and thousands a point or a space."""
    letters: tuple[str, ...] = ()
    """Alphabets of its own for the options from A on."""


LANGUAGES = (
    Language(
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
        yes=("yes",), no=("no",),
    ),
    Language(
        code="zh", spaced=False, nouns=("答案", "正确选项", "正确的选项", "正确的", "答"), chosen=("选项",),
        adjectives=("正确", "正确的", "最佳", "合适的", "应选的"),
        ties=("应该是", "应当是", "应是", "应该为", "应当为", "应为", "就是", "即为", "是(?!的)", "为", "為",
        "选择(?!项)",
        "选(?!项)", "即"),
        fronts=("是", "就是", "为", "是正确", "才是"), right=(
            "项正确", "对", "项对", "选项对", "选项符合", "是正确的",
             "是正确", "正确", "是对的", "选项正确", "符合题意", "项符合题意", "符合",
        ),
        verbs=("选择", "选"),
        small=("所以", "因此", "那么", "故", "显然", "肯定", "应该", "大约", "约", "约为", "选项", "综上", "因而",
        "于是", "只有",
               "当然", "就", "也就是", "而"),
        options=("选项", "项", "字母"),
        no_before=("不是", "不选", "不选择", "不应选", "不能选", "不应选择", "不会选", "不该选", "而不是", "而非",
        "排除", "并非",
                   "不为", "除了", "非", "不应", "不能", "不会", "不该", "不应该", "不可", "不可能是", "不"),
        no_behind=("项错误", "是错误", "是错的", "错误", "项不正确", "不正确", "项不对", "不对", "不符合", "项不符合",
        "太", "有误",
                   "项有误", "错，", "错。", "错；", "不是",
                    "不能", "不成立", "是错误的", "项错", "有错", "选项错误", "选项不", "也不",
                   "可以排除", "被排除"),
        turns=("而是", "应是", "应该是", "应为", "是", "故选", "而应选"), either=("要么", "或者", "还是"),
        alternatives=("或", "或者", "还是"), joins=("和", "与", "及", "以及", "、"),
        nothing=("无", "未知", "不知道", "不确定", "没有", "无法确定", "以上都不是", "都不是", "无法判断", "不清楚"),
        yes=("是", "是的", "对", "正确"), no=("否", "不是", "不", "不对", "错误"), letters=("甲乙丙丁戊己庚辛壬癸",),
    ),
    Language(
        code="ja", spaced=False, nouns=("答え", "正解", "正答", "回答", "解答", "適切なもの", "適切なの", "正しいもの",
        "正しいの", "答"), chosen=("選択肢",),
        adjectives=("正しい", "最適な"),
        ties=("は(?!い)", "が"), fronts=("が", "は", "こそ"), right=(
            "です", "である", "が正しいです", "が正しい", "は正しい", "が適切", "が最も適切", "が該当", "が当てはまる",
            "を選びます",
            "を選択します", "を選ぶ",
        ),
        small=("したがって", "よって", "ゆえに", "だから", "つまり", "すなわち", "約", "おそらく", "明らかに",
        "やはり", "以上より"),
        options=("選択肢", "番", "番号", "記号"),
        no_before=(),
        no_behind=("ではなく", "ではありません", "ではない", "は誤り", "は間違い", "は違い", "は不正解", "じゃない",
        "は正しくない",
                   "は正しくありません", "は不適", "でなく", "は除外", "は当てはまらない", "は当てはまりません",
                   "は違う"),
        either=("どちらか", "いずれか"), alternatives=("か", "または", "もしくは", "あるいは"), joins=("と", "、",
        "および", "及び"),
        nothing=("なし", "不明", "わかりません", "分かりません", "該当なし", "ありません"),
        yes=("はい", "そうです"), no=("いいえ", "違います"), letters=("アイウエオカキクケコ",),
    ),
    Language(
        code="ko", spaced=False, nouns=("정답", "답", "답안"), chosen=("선택지", "보기"), adjectives=("올바른", "맞는",
        "옳은"),
        ties=("은", "는", "이", "가"), tieless=True, fronts=("가", "이", "은", "는", "번이", "번"), right=(
            "입니다", "이다", "가 맞습니다", "이 맞습니다", "가 옳습니다", "이 옳습니다", "가 맞다", "이 맞다",
            "가 옳다", "이 옳다",
            "가 올바른",
        ),

        small=("따라서", "그러므로", "즉", "아마도", "약", "바로", "결국", "그래서", "분명히"), options=("선택지",
        "보기", "번", "옵션"),
        no_before=(),
        no_behind=("가 아니라", "이 아니라", "가 아닌", "이 아닌", "가 아닙니다", "이 아닙니다", "는 틀렸", "은 틀렸",
        "는 틀린",
                   "은 틀린", "은 오답", "는 오답", "가 아니고", "이 아니고", "는 아닙니다", "은 아닙니다",
                   "번은 틀렸", "번이 아니라"),
        either=("둘 중",), alternatives=("또는", "혹은", "이나", "나"), joins=("와", "과", "및", "그리고", "하고"),
        nothing=("없음", "모름", "알 수 없", "모르겠"), yes=("예", "네", "그렇습니다"), no=("아니요", "아니오",
        "아닙니다"),
        letters=("가나다라마바사아자차", "ㄱㄴㄷㄹㅁㅂ"),
    ),
    Language(
        code="de", nouns=("antwort", "lösung"), adjectives=("richtige", "korrekte"), qualities=("en",),
        ties=("ist", "sind", "lautet", "lauten", "wäre", "muss sein", "heißt", "muss"),
        fronts=("ist die", "ist", "ist also die"), right=("richtig", "korrekt"),
        verbs=("wähle", "entscheide mich für", "nehme"), being=("es ist", "das ist"), doubts=("wenn", "ob", "weil",
        "falls"),
        small=("also", "daher", "somit", "folglich", "eindeutig", "wahrscheinlich", "vermutlich", "sicher", "etwa",
               "ungefähr", "offensichtlich", "demnach", "deshalb", "genau", "damit", "option"),
        options=("option", "buchstabe", "antwort", "die option"),
        no_before=("nicht", "weder", "noch", "statt", "anstatt", "anstelle von", "kein", "keine", "außer"),
        no_behind=("ist falsch", "ist nicht", "ist inkorrekt", "stimmt nicht", "passt nicht", "sind falsch", "ist zu",
                   "scheidet aus", "wäre falsch", "war falsch", "trifft nicht"),
        turns=("sondern", "es ist"), either=("entweder",), alternatives=("oder",), joins=("und", "sowie"),
        nothing=("unbekannt", "keine", "unklar", "nichts"), yes=("ja",), no=("nein",), decimal_comma=True,
    ),
    Language(
        code="fr", nouns=("réponse",),
        qualities=("s", "correcte", "finale", "exacte", "juste", "correctes", "est donc"),
        ties=("est", "sont", "serait", "doit être", "c'est"),
        fronts=("est la", "est la bonne", "est donc la"), right=("correcte", "juste", "exacte"),
        verbs=("je choisis", "choisis"), being=("c'est", "c’est", "il s'agit de"), doubts=("si", "que", "quand"),
        small=("donc", "ainsi", "probablement", "clairement", "environ", "alors", "sans doute", "certainement", "bien",
               "évidemment", "précisément", "par conséquent", "l'option"),
        options=("option", "l'option", "lettre", "la lettre", "choix", "réponse"),
        no_before=("pas", "non", "ni", "plutôt que", "au lieu de", "sauf", "et non", "contrairement à"),
        no_behind=("est faux", "est fausse", "n'est", "n’est", "est incorrect", "est incorrecte", "ne convient",
        "est trop",
                   "sont faux", "sont fausses", "ne", "était faux", "est erroné", "est erronée"),
        turns=("mais", "c'est", "c’est", "il s'agit"), either=("soit",), alternatives=("ou", "ou bien"),
        joins=("et", "ainsi que"), nothing=("inconnu", "inconnue", "aucune", "aucun", "rien"), yes=("oui",),
        no=("non",),
        decimal_comma=True,
    ),
    Language(
        code="es", nouns=("respuesta",), chosen=("opción",), adjectives=("la", "mejor"),
        qualities=("s", "correcta", "final", "correctas", "adecuada", "verdadera"),
        ties=("es", "son", "sería", "debe ser", "será", "tiene que ser"),
        fronts=("es la", "es", "es la opción"), right=("correcta", "correcto"),
        verbs=("elijo", "escojo", "selecciono"), being=("es la", "se trata de"), doubts=("si", "cuando"),
        small=("por lo tanto", "por tanto", "claramente", "probablemente", "entonces", "aproximadamente", "pues",
        "así",
               "sin duda", "seguramente", "definitivamente", "la opción", "exactamente", "obviamente"),
        options=("opción", "la opción", "letra", "la letra", "alternativa"),
        no_before=("no", "ni", "en lugar de", "en vez de", "no es", "salvo", "excepto", "y no"),
        no_behind=("es incorrecto", "es incorrecta", "es falso", "es falsa", "no", "está mal", "es erróneo",
        "es errónea",
                   "es demasiado", "son incorrectas", "era incorrecto"),
        turns=("sino", "es", "pero es"), either=("o bien",), alternatives=("o", "o bien"), joins=("y", "e"),
        nothing=("desconocida", "desconocido", "ninguna", "ninguno", "nada"), yes=("sí", "si"), no=("no",),
        decimal_comma=True,
    ),
    Language(
        code="ru", nouns=("ответ",), chosen=("вариант",), adjectives=("правильный", "верный"),
        qualities=("правильный", "окончательный"),
        ties=("—", "–", "-", "это", "является", "будет", "под буквой"),
        tieless=True, fronts=("—", "–", "-", "это", "- это", "— это", "является"),
        right=("верно", "верен", "правильно", "верный", "правильный", "подходит"),
        verbs=("выбираю", "выбираем"), being=("это",), doubts=("если", "что"),
        small=("значит", "следовательно", "очевидно", "вероятно", "примерно", "около", "таким образом", "поэтому",
        "итак",
               "это", "вариант", "буква", "точно", "скорее всего", "приблизительно"),
        options=("вариант", "буква", "ответ", "под буквой", "пункт"),
        no_before=("не", "ни", "а не", "вместо", "кроме", "не вариант"),
        no_behind=("неверно", "неверен", "неверный", "неправильно", "неправильный", "не", "ошибочно", "ошибочен",
        "ложно",
                   "— неверно", "- неверно", "слишком", "исключаем", "— неправильно", "— неверный"),
        turns=("а", "это", "но"), either=("либо",), alternatives=("или", "либо"), joins=("и", "а также"),
        nothing=("неизвестно", "неизвестен", "нет ответа", "ничего"), yes=("да",), no=("нет",), decimal_comma=True,
    ),
    Language(
        code="pt", nouns=("resposta",), chosen=("opção",), adjectives=("a", "melhor"),
        qualities=("s", "correta", "final", "certa", "corretas", "correcta"),
        ties=("é", "são", "seria", "deve ser", "será", "tem de ser", "tem que ser"),
        fronts=("é a", "é", "é a opção", "está"), right=("correta", "correto", "certo", "certa"),
        verbs=("escolho", "seleciono"), being=("é a", "trata-se de"), doubts=("se", "quando"),
        small=("portanto", "logo", "claramente", "provavelmente", "então", "aproximadamente", "assim", "sem dúvida",
               "certamente", "definitivamente", "a opção", "a alternativa", "exatamente", "obviamente"),
        options=("opção", "a opção", "letra", "a letra", "alternativa", "a alternativa"),
        no_before=("não", "nem", "em vez de", "ao invés de", "não é", "exceto", "e não"),
        no_behind=("está errado", "está errada", "é falso", "é falsa", "não", "é incorreto", "é incorreta",
        "está incorreto",
                   "está incorreta", "é demasiado", "é errado", "é errada", "estava errado"),
        turns=("mas", "é", "e sim"), either=("ou",), alternatives=("ou",), joins=("e", "bem como"),
        nothing=("desconhecida", "desconhecido", "nenhuma", "nenhum", "nada"), yes=("sim",), no=("não",),
        decimal_comma=True,
    ),
    Language(
        code="it", nouns=("risposta",),
        qualities=("corretta", "finale", "esatta", "giusta", "corrette"),
        ties=("è", "sono", "sarebbe", "deve essere", "sarà", "e'"),
        fronts=("è la", "è", "è l'opzione"), right=("corretto", "corretta", "giusto", "giusta", "esatta"),
        verbs=("scelgo",), being=("si tratta di",),
        small=("quindi", "dunque", "perciò", "chiaramente", "probabilmente", "allora", "circa", "sicuramente",
        "ovviamente",
               "certamente", "pertanto", "l'opzione", "esattamente", "la lettera"),
        options=("opzione", "l'opzione", "lettera", "la lettera", "alternativa"),
        no_before=("non", "né", "invece di", "anziché", "piuttosto che", "tranne", "e non", "non è"),
        no_behind=("è sbagliato", "è sbagliata", "è falso", "è falsa", "non", "è errato", "è errata", "è scorretto",
                   "è scorretta", "è troppo", "era sbagliato"),
        turns=("ma", "bensì", "è"), either=("o",), alternatives=("o", "oppure"), joins=("e", "ed", "nonché"),
        nothing=("sconosciuta", "sconosciuto", "nessuna", "nessuno", "niente"), yes=("sì", "si"), no=("no",),
        decimal_comma=True,
    ),
    Language(
        code="ar", nouns=("الإجابة", "الاجابة", "الجواب", "إجابة", "جواب", "اجابة"), chosen=("الخيار", "الاختيار"),
        adjectives=(), qualities=("الصحيحة", "الصحيح", "النهائية", "النهائي", "صحيحة"), ties=("هي", "هو", "تكون",
        "يكون"),
        fronts=("هي", "هو"), right=("صحيح", "صحيحة", "هو الصحيح", "هي الصحيحة", "هو الخيار الصحيح"), verbs=("أختار",
        "نختار"),
        small=("إذن", "إذا", "لذلك", "حوالي", "تقريبا", "تقريباً", "بالتأكيد", "الخيار", "الحرف", "وبالتالي"),
        options=("الخيار", "الحرف", "الاختيار", "خيار"), no_before=("ليس", "ليست", "لا", "وليس", "بدلا من", "وليست",
        "غير"),
        no_behind=("خطأ", "خاطئ", "خاطئة", "غير صحيح", "غير صحيحة", "ليس", "ليست", "لا يصح", "غير مناسب"),
        turns=("بل", "ولكن"), either=("إما",), alternatives=("أو", "أم"), joins=("و",),
        nothing=("لا شيء", "غير معروف", "غير معروفة", "لا أعرف"), yes=("نعم", "أجل"), no=("لا", "كلا"),
        letters=("أبجدهوزحطي", "ابجدهوزحطي"),
    ),
    Language(
        code="hi", nouns=("उत्तर", "जवाब"), chosen=("विकल्प",), adjectives=("सही",), ties=("है", "होगा", "यह है"),
        tieless=True,
        fronts=("सही", "ही सही", "ही"), right=("सही है", "सही विकल्प है", "ही सही है"), verbs=("मैं चुनता हूँ",),
        small=("इसलिए", "अतः", "शायद", "लगभग", "निश्चित रूप से", "विकल्प", "तो"), options=("विकल्प", "अक्षर"),
        no_before=("नहीं", "न कि"), no_behind=("गलत", "ग़लत", "नहीं", "सही नहीं"), turns=("बल्कि",), either=("या तो",),
        alternatives=("या", "अथवा"), joins=("और", "तथा", "एवं"), nothing=("अज्ञात", "पता नहीं", "कोई नहीं"),
        yes=("हाँ", "हां"),
        no=("नहीं",), letters=("अबसद", "कखगघङ"),
    ),
    Language(
        code="bn", nouns=("উত্তর", "জবাব"), chosen=("বিকল্প",), adjectives=("সঠিক",), qualities=("টি",),
        ties=("হল", "হলো", "হচ্ছে", "হবে"), tieless=True, fronts=("সঠিক", "হল সঠিক", "হলো সঠিক"), right=("সঠিক",
        "ঠিক"),
        verbs=("আমি বেছে নিই",), small=("তাই", "সুতরাং", "সম্ভবত", "প্রায়", "অতএব", "বিকল্প"), options=("বিকল্প",
        "অক্ষর"),
        no_before=("নয়", "না"), no_behind=("ভুল", "নয়", "সঠিক নয়", "ঠিক নয়"), turns=("বরং",), either=("হয়",),
        alternatives=("অথবা", "বা", "কিংবা"), joins=("এবং", "ও", "আর"), nothing=("অজানা", "জানি না", "কোনোটি নয়"),
        yes=("হ্যাঁ",), no=("না",), letters=("অবডঢ", "কখগঘঙ"),
    ),
    Language(
        code="te", nouns=("సమాధానం", "జవాబు"), chosen=("ఎంపిక",), adjectives=("సరైన",), ties=("అనేది", "ఏమిటంటే"),
        tieless=True,
        fronts=("సరైన",), right=("సరైనది", "సరైన"), small=("కాబట్టి", "అందువల్ల", "సుమారు", "బహుశా", "ఎంపిక"),
        options=("ఎంపిక", "అక్షరం"), no_behind=("తప్పు", "కాదు", "సరైనది కాదు"), either=(), alternatives=("లేదా",),
        joins=("మరియు",), nothing=("తెలియదు", "ఏదీ కాదు"), yes=("అవును",), no=("కాదు", "లేదు"),
    ),
    Language(
        code="th", spaced=False, nouns=("คำตอบ",), chosen=("ข้อ", "ตัวเลือก"), adjectives=(), qualities=("ที่ถูกต้อง",
        "ที่ถูก", "สุดท้าย", "ข้อ"),
        ties=("คือ", "เป็น", "ได้แก่"), tieless=True, fronts=("เป็น", "คือ"), right=("ถูกต้อง", "ถูก"), verbs=("เลือก",
        "ตอบ"),
        small=("ดังนั้น", "จึง", "ประมาณ", "น่าจะ", "ข้อ", "ตัวเลือก"), options=("ข้อ", "ตัวเลือก"),
        no_before=("ไม่ใช่", "ไม่", "แทนที่จะเป็น"),
        no_behind=("ผิด", "ไม่ถูกต้อง", "ไม่ใช่", "ไม่ถูก"), turns=("แต่เป็น", "แต่"), either=("ไม่",),
        alternatives=("หรือ",),
        joins=("และ", "กับ"), nothing=("ไม่มี", "ไม่ทราบ", "ไม่รู้"), yes=("ใช่",), no=("ไม่", "ไม่ใช่"),
        letters=("กขคงจฉชซฌญ",),
    ),
    Language(
        code="sw", nouns=("jibu",), qualities=("sahihi", "la mwisho",
        "langu", "lake"), ties=("ni", "ndilo", "ndiyo", "litakuwa"), fronts=("ndiyo", "ni", "ndilo"),
        right=("sahihi",), verbs=("nachagua", "ninachagua"),
        small=("kwa hiyo", "hivyo", "labda", "takriban", "karibu", "chaguo", "basi"), options=("chaguo", "herufi"),
        no_before=("si", "sio", "siyo", "badala ya", "wala"), no_behind=("si", "sio", "siyo", "ni makosa",
        "si sahihi"),
        turns=("bali", "ila"), either=("ama",), alternatives=("au", "ama"), joins=("na", "pamoja na"),
        nothing=("haijulikani", "hakuna", "sijui"), yes=("ndiyo", "ndio"), no=("hapana", "la"),
    ),
    Language(
        code="vi", nouns=("đáp án", "câu trả lời", "đáp số"), chosen=("phương án", "lựa chọn"), adjectives=(),
        qualities=("đúng", "chính xác", "cuối cùng", "đúng nhất", "của tôi"), ties=("là", "sẽ là", "phải là"),
        tieless=True, fronts=("là",), right=("đúng", "chính xác"), verbs=("chọn",),
        small=("vậy", "do đó", "vì vậy", "khoảng", "có lẽ", "chắc chắn", "phương án", "lựa chọn", "rõ ràng"),
        options=("phương án", "lựa chọn", "câu", "chữ"),
        no_before=("không phải", "không phải là", "không", "chứ không phải", "thay vì"),
        no_behind=("sai", "là sai", "không", "không đúng", "không phải"), turns=("mà là", "mà"), either=("hoặc",),
        alternatives=("hoặc", "hay"), joins=("và",), nothing=("không biết", "không có", "không rõ"), yes=("có",
        "đúng"),
        no=("không", "sai"), decimal_comma=True,
    ),
    Language(
        code="id", nouns=("jawaban",),
        qualities=("nya", "yang benar", "yang tepat", "akhir", "akhirnya", "saya", "terbaik", "benar",
        "yang paling tepat"),
        ties=("adalah", "ialah", "yaitu", "yakni"), fronts=("adalah", "merupakan"),
        right=("benar", "tepat"), verbs=("memilih", "pilih"),
        small=("jadi", "maka", "sekitar", "mungkin", "tentu", "pasti", "opsi", "pilihan", "kira-kira",
        "oleh karena itu"),
        options=("opsi", "pilihan", "huruf"), no_before=("bukan", "tidak", "bukanlah", "daripada", "alih-alih"),
        no_behind=("salah", "bukan", "tidak", "keliru", "adalah salah"), turns=("melainkan", "tetapi", "tapi"),
        either=("antara",), alternatives=("atau",), joins=("dan", "serta"),
        nothing=("tidak diketahui", "tidak ada", "tidak tahu"), yes=("ya",), no=("tidak", "bukan"), decimal_comma=True,
    ),
)  # fmt: skip
