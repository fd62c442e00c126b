"""Replies that say that there is no telling the answer, which have none whatever numbers they mention."""

from __future__ import annotations

import pytest

from pytest_evalscope.text import extract_expression, extract_number

UNTOLD = (
    "The answer cannot be determined from 3 facts.", "There is not enough information: only 3 values are given.",
    "It is impossible to say with 3 facts.", "We can't determine it from 3 facts.", "We can’t know: there are 3 facts.",
    "The answer is impossible to determine from the 3 facts.", "I don't know. There are 3 facts.",
    "Tom has 3 apples. The rest cannot be determined.", "There isn't enough data; 3 of the 5 values are missing.",
    "With only 3 equations it is not possible to compute x.",
    "There is no way to tell from these 3 facts, so I leave it open.",
    "Die Antwort kann aus 3 Angaben nicht bestimmt werden.", "Die Antwort lässt sich aus 3 Angaben nicht berechnen.",
    "La réponse ne peut pas être déterminée à partir de 3 faits.", "Impossible de répondre avec 3 faits.",
    "La respuesta no se puede determinar con 3 datos.", "No hay suficiente información: solo 3 datos.",
    "A resposta não pode ser determinada com 3 fatos.", "La risposta non può essere determinata da 3 fatti.",
    "Ответ невозможно определить по 3 фактам.", "无法从3个条件确定答案。", "条件不足，只有3个。",
    "3つの条件からは答えを求められません。", "3개의 조건으로는 답을 알 수 없습니다.",
    "لا يمكن تحديد الجواب من 3 حقائق.",
    "Không thể xác định đáp án từ 3 dữ kiện.", "Jawabannya tidak dapat ditentukan dari 3 fakta.",
)  # fmt: skip
TOLD = (
    ("The price cannot be determined at once, so we count: 4 + 5 = 9", "9"),
    ("Since x cannot be determined directly, take y = 3. Then x is 12.", "12"),
    ("It is not possible to say at first, but there are 12.", "12"),
    ("We do not have enough information about x. However, y can be found. y = 12.", "12"),
    ("5 of the marbles cannot be found. She has 7.", "7"), ("I can't say more than 12.", "12"),
    ("He does not have enough money. He needs 12 more dollars.", "12"),
    ("The answer is 12. What one of them costs cannot be determined.", "12"),
    ("ANSWER: 12\n\nThere is not enough information on the other 3.", "12"),
)  # fmt: skip


@pytest.mark.parametrize("text", UNTOLD)
def test_no_telling_is_no_answer(text):
    assert extract_number(text) is None
    assert extract_expression(text) is None


@pytest.mark.parametrize(("text", "answer"), TOLD)
def test_what_goes_on_to_an_answer_has_one(text, answer):
    assert extract_number(text) == answer
