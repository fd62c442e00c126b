"""Where pictures stand in what is asked."""

import asyncio

import pytest

from pytest_evalscope.errors import UsageError
from pytest_evalscope.solvers import chat, likelihood, multiple_choice, perplexity, turns
from pytest_evalscope.solvers.placing import attached, placed, under
from pytest_evalscope.types import EVERY_REQUEST, Completion, Context, Media, Sample, media_of, media_part, text_part


def web(name: str) -> Media:
    return Media.from_url(f"https://pets.example/{name}")


ONE, TWO, THREE = web("1"), web("2"), web("3")
SOUND = Media.from_url("https://pets.example/a", kind="audio")
NAMES = {ONE: "[1]", TWO: "[2]", THREE: "[3]", SOUND: "[a]"}


def shown(content):
    """Return a content as a list of its texts, pictures as `[1]`; text alone as it is."""
    if isinstance(content, str):
        return content
    return [part["text"] if (media := media_of(part)) is None else NAMES[media] for part in content]


@pytest.mark.parametrize(
    ("text", "media", "stands"),
    [
        ("What?", [], "What?"),
        ("What? <image 1>", [], "What? <image 1>"),
        ("What?", [ONE, TWO], ["[1]", "[2]", "What?"]),
        ("Is <image 2> like <image 1>?", [ONE, TWO], ["Is ", "[2]", " like ", "[1]", "?"]),
        ("<image_1><image1>", [ONE, TWO], ["[2]", "[1]", "<image1>"]),
        ("See <image 2>.", [ONE, TWO, THREE], ["[1]", "[3]", "See ", "[2]", "."]),
        ("<image 1> and <image 1>", [ONE], ["[1]", " and <image 1>"]),
        ("<image 7> or <image 0> or <Image 1>", [ONE], ["[1]", "<image 7> or <image 0> or <Image 1>"]),
        ("Hear <audio 1>, see <image 2>", [ONE, SOUND, TWO], ["[1]", "Hear ", "[a]", ", see ", "[2]"]),
        ("<image 1>\n<image 2>", [ONE, TWO], ["[1]", "[2]"]),
        ("", [ONE], ["[1]"]),
        ("<image 1>", [ONE, ONE], ["[1]", "[1]"]),
    ],
)
def test_a_picture_stands_where_its_marker_is_or_first(text, media, stands):
    assert shown(placed(text, media)) == stands


def test_texts_that_meet_become_one():
    assert under("a", "b") == "ab"
    assert shown(under("a", placed("b<image 1>c", [ONE]))) == ["ab", "[1]", "c"]
    assert shown(under(placed("b<image 1>c", [ONE]), "d")) == ["b", "[1]", "cd"]
    assert shown(under("a", placed("b", [ONE]))) == ["a", "[1]", "b"]
    assert shown(under("", placed("b", [ONE]))) == ["[1]", "b"]
    assert shown(under(placed("", [ONE]), placed("", [TWO]))) == ["[1]", "[2]"]


def test_a_question_is_asked_with_its_pictures_before_it():
    sample = Sample(input="What is it?", media=(ONE, TWO))
    system, user = chat(template="Look.\n{input}", system="Be brief.").render(sample)
    assert system == {"role": "system", "content": "Be brief."}
    assert shown(user["content"]) == ["[1]", "[2]", "Look.\nWhat is it?"]
    assert user["content"][0] == media_part(ONE)


def test_without_pictures_the_content_is_text():
    assert chat().render(Sample(input="<image 1>?")) == ({"role": "user", "content": "<image 1>?"},)


def test_worked_examples_keep_their_own_pictures():
    shots = (
        Sample(input="<image 1> is a", target="cat", media=(ONE,)),
        Sample(input="no picture", target="dog"),
        Sample(input="this is a", target="cow", media=(TWO,)),
    )
    (user,) = chat(few_shot=3, shots_intro="Examples:").render(Sample(input="and <image 1>?", media=(THREE,)), shots)
    assert shown(user["content"]) == [
        "Examples:\n\n", "[1]", " is a\ncat\n\nno picture\ndog\n\n", "[2]", "this is a\ncow\n\nand ", "[3]", "?"
    ]  # fmt: skip
    (user,) = chat(few_shot=1, shots_intro="Examples:").render(Sample(input="and?", media=(THREE,)), shots[1:2])
    assert shown(user["content"]) == ["Examples:\n\nno picture\ndog\n\n", "[3]", "and?"]


def test_an_option_may_be_a_picture():
    sample = Sample(input="Which is the cat in <image 1>?", choices=("<image 3>", "<image 2>"), media=(ONE, TWO, THREE))
    (user,) = multiple_choice(template="{question}\n{choices}").render(sample)
    assert shown(user["content"]) == ["Which is the cat in ", "[1]", "?\nA) ", "[3]", "\nB) ", "[2]"]


def test_messages_take_the_pictures_of_their_sample():
    said = (
        {"role": "system", "content": "<image 1>"},
        {"role": "user", "content": "Hello."},
        {"role": "assistant", "content": "<image 1>"},
        {"role": "user", "content": [text_part("See <image 2>"), {**text_part("!"), "cache": 1}]},
    )
    made = chat().render(Sample(input=said, media=(ONE, TWO)))
    assert [message["role"] for message in made] == ["system", "user", "assistant", "user"]
    assert (made[0], made[2]) == (said[0], said[2])
    assert shown(made[1]["content"]) == ["[1]", "Hello."]
    assert shown(made[3]["content"]) == ["See ", "[2]", "!"]
    plain = chat().render(Sample(input=said))
    assert plain == said
    (unmarked,) = attached(({"role": "user", "content": said[3]["content"][1:]},), (ONE,))
    assert unmarked["content"] == (media_part(ONE), {"type": "text", "text": "!", "cache": 1})


def test_messages_without_a_user_have_no_place_for_a_picture():
    with pytest.raises(UsageError, match="media: a sample's messages have no place for its pictures"):
        chat().render(Sample(input=({"role": "system", "content": "Hello."},), media=(ONE,)))


def test_a_conversation_begins_with_its_pictures():
    said = ({"role": "user", "content": "Hello."}, {"role": "user", "content": "And <image 2>?"})
    first, second = turns().render(Sample(input=said, media=(ONE, TWO)))
    assert (shown(first["content"]), shown(second["content"])) == (["[1]", "Hello."], ["And ", "[2]", "?"])
    (alone,) = turns().render(Sample(input="What?", media=(ONE,)))
    assert shown(alone["content"]) == ["[1]", "What?"]


class Unasked:
    can = EVERY_REQUEST
    name, identity = "unasked", {"unasked": 1}

    async def send(self, request: object) -> Completion:
        raise AssertionError("nothing may be sent")

    async def aclose(self) -> None:
        """Hold nothing."""


@pytest.mark.parametrize("solver", [likelihood(), perplexity()], ids=["likelihood", "perplexity"])
def test_what_sends_text_alone_refuses_pictures(solver):
    sample = Sample(id="cat", input="What?", choices=("a", "b"), media=(ONE,))
    with pytest.raises(UsageError, match=r"\w+: sends text alone, and sample 'cat' has pictures, sound or video \(1\)"):
        asyncio.run(solver(sample, Context(model=Unasked())))
