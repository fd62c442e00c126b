"""A Python function that scores documents."""

import asyncio

import pytest

from pytest_evalscope.errors import ModelError, RequestRefused
from pytest_evalscope.models.providers.python import wrap_callable
from pytest_evalscope.types import Chat, Completion, Rerank

DOCUMENTS = ("a red fox", "tea")


def rerank(function):
    model = wrap_callable("app", function)
    assert model.can == {Rerank}
    return asyncio.run(model.send(Rerank(query="fox", documents=DOCUMENTS, params={"seed": 1})))


def counts(query, documents):
    assert isinstance(documents, list)
    return [document.count(query) for document in documents]


async def counts_async(query: str, documents: list[str], params):
    return (params["seed"], 0.5)


class Array:
    """Like numpy's."""

    def tolist(self):
        return [1.5, -2.0]


@pytest.mark.parametrize(
    ("function", "relevance"),
    [
        (counts, (1.0, 0.0)),
        (counts_async, (1.0, 0.5)),
        (lambda query, documents: Array(), (1.5, -2.0)),
        (lambda query, documents: Completion(text="", relevance=(3.0, 4.0)), (3.0, 4.0)),
    ],
)
def test_a_function_of_query_and_documents_scores_documents(function, relevance):
    assert rerank(function).relevance == relevance


@pytest.mark.parametrize(
    ("scores", "found"),
    [
        ([1.0], "1 items"),
        ([1.0, float("nan")], "2 items"),
        ([1.0, True], "2 items"),
        ("ab", "str"),
        (None, "NoneType"),
    ],
)
def test_scores_that_do_not_do(scores, found):
    with pytest.raises(ModelError) as caught:
        rerank(lambda query, documents: scores)
    assert str(caught.value) == (
        f"app: the function returned {found}; accepted: a list of 2 finite numbers, one for each document"
    )


def test_a_function_answers_one_kind_of_request():
    chat = Chat(messages=({"role": "user", "content": "6 x 7?"},))
    with pytest.raises(RequestRefused, match="app: cannot answer messages"):
        asyncio.run(wrap_callable("app", counts).send(chat))
    with pytest.raises(RequestRefused, match="app: cannot score documents by their relevance to a query"):
        asyncio.run(wrap_callable("app", lambda messages: "42").send(Rerank(query="fox", documents=DOCUMENTS)))


@pytest.mark.parametrize(
    "function", [lambda query, documents=None: query[0]["content"], lambda query, *documents: query[0]["content"]]
)
def test_documents_that_need_not_be_given_make_no_reranker(function):
    model = wrap_callable("app", function)
    assert model.can == {Chat}
    assert asyncio.run(model.send(Chat(messages=({"role": "user", "content": "6 x 7?"},)))).text == "6 x 7?"
