"""How an answer is stated in eighteen languages, and what may follow it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Sentences with `@x` for the answer and `@y` for another value."""

    code: str
    states: tuple[str, ...]
    """Statements of the answer."""
    checked: str
    """A sentence with another number, as it may follow the answer."""
    wrong: str
    """A sentence that calls another option wrong."""
    five: str = ""
    """The number 5 as a word."""
    digits: str = ""
    """Its own digits from 0 to 9, where models write them."""
    comma: bool = False
    """True if decimals follow a comma and thousands a point or a space."""
    grouped: str = ""
    """70000 as it is usually grouped."""


LANGUAGES = (
    Language(
        code="en",
        states=("The answer is @x.", "Answer: @x", "The correct answer is @x.", "So the final answer is: @x"),
        checked="I checked it @y times.", wrong="@y is wrong.", five="five", grouped="70,000",
    ),
    Language(
        code="zh", states=("答案：@x", "答案是@x。", "正确答案是@x。", "因此，答案为@x。"), checked="我检查了@y遍。",
        wrong="@y是错误的。", five="五", grouped="7万",
    ),
    Language(
        code="ja", states=("答え：@x", "答えは@xです。", "正解は@xです。", "正解：@x"), checked="@y回確認しました。",
        wrong="@yは間違いです。", five="五", grouped="7万",
    ),
    Language(
        code="ko", states=("정답: @x", "정답은 @x입니다.", "답: @x", "따라서 답은 @x입니다."),
        checked="@y번 확인했습니다.",
        wrong="@y는 틀렸습니다.", grouped="7만",
    ),
    Language(
        code="de",
        states=("Antwort: @x", "Die Antwort ist @x.", "Die richtige Antwort ist @x.",
        "Die richtige Antwort lautet @x."),
        checked="Ich habe es @y Mal geprüft.", wrong="@y ist falsch.", five="fünf", comma=True, grouped="70.000",
    ),
    Language(
        code="fr",
        states=("Réponse : @x", "La réponse est @x.", "La bonne réponse est @x.", "La réponse correcte est @x."),
        checked="J'ai vérifié @y fois.", wrong="@y est faux.", five="cinq", comma=True, grouped="70 000",
    ),
    Language(
        code="es", states=("Respuesta: @x", "La respuesta es @x.", "La respuesta correcta es @x."),
        checked="Lo comprobé @y veces.", wrong="@y es incorrecto.", five="cinco", comma=True, grouped="70.000",
    ),
    Language(
        code="ru", states=("Ответ: @x", "Ответ — @x.", "Правильный ответ: @x.", "Правильный ответ — @x."),
        checked="Я проверил это @y раз.", wrong="@y неверно.", five="пять", comma=True, grouped="70 000",
    ),
    Language(
        code="pt", states=("Resposta: @x", "A resposta é @x.", "A resposta correta é @x."),
        checked="Verifiquei @y vezes.",
        wrong="@y está errado.", five="cinco", comma=True, grouped="70.000",
    ),
    Language(
        code="it", states=("Risposta: @x", "La risposta è @x.", "La risposta corretta è @x."),
        checked="Ho controllato @y volte.", wrong="@y è sbagliato.", five="cinque", comma=True, grouped="70.000",
    ),
    Language(
        code="ar", states=("الإجابة: @x", "الجواب: @x", "الإجابة هي @x.", "الإجابة الصحيحة هي @x."),
        checked="تحققت من ذلك @y مرات.", wrong="@y خطأ.", five="خمسة", digits="٠١٢٣٤٥٦٧٨٩", grouped="٧٠٬٠٠٠",
    ),
    Language(
        code="hi", states=("उत्तर: @x", "उत्तर @x है।", "सही उत्तर @x है।"), checked="मैंने इसे @y बार जाँचा।",
        wrong="@y गलत है।",
        five="पाँच", digits="०१२३४५६७८९", grouped="70,000",
    ),
    Language(
        code="bn", states=("উত্তর: @x", "উত্তর হল @x।", "সঠিক উত্তর হল @x।"), checked="আমি এটি @y বার পরীক্ষা করেছি।",
        wrong="@y ভুল।", five="পাঁচ", digits="০১২৩৪৫৬৭৮৯", grouped="৭০,০০০",
    ),
    Language(
        code="te", states=("సమాధానం: @x", "సమాధానం @x.", "సరైన సమాధానం @x."),
        checked="నేను దీన్ని @y సార్లు తనిఖీ చేశాను.",
        wrong="@y తప్పు.", five="ఐదు", digits="౦౧౨౩౪౫౬౭౮౯", grouped="70,000",
    ),
    Language(
        code="th", states=("คำตอบ: @x", "คำตอบคือ @x", "คำตอบที่ถูกต้องคือ @x"), checked="ฉันตรวจสอบ @y ครั้งแล้ว",
        wrong="@y ผิด",
        five="ห้า", digits="๐๑๒๓๔๕๖๗๘๙", grouped="70,000",
    ),
    Language(
        code="sw", states=("Jibu: @x", "Jibu ni @x.", "Jibu sahihi ni @x."), checked="Niliangalia mara @y.",
        wrong="@y si sahihi.", five="tano", grouped="70,000",
    ),
    Language(
        code="vi", states=("Đáp án: @x", "Câu trả lời là @x.", "Đáp án đúng là @x.", "Câu trả lời: @x"),
        checked="Tôi đã kiểm tra @y lần.", wrong="@y sai.", five="năm", comma=True, grouped="70.000",
    ),
    Language(
        code="id", states=("Jawaban: @x", "Jawabannya adalah @x.", "Jawaban yang benar adalah @x."),
        checked="Saya memeriksanya @y kali.", wrong="@y salah.", five="lima", comma=True, grouped="70.000",
    ),
)  # fmt: skip
