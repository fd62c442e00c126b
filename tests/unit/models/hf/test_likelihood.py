"""Log-probabilities of continuations: the same numbers as one by one, however they are read together."""

from dataclasses import replace
from typing import Any

import pytest

from pytest_evalscope.errors import RequestRefused
from pytest_evalscope.models.hf.forward import Forward
from pytest_evalscope.models.hf.likelihood_request import choices_of
from pytest_evalscope.models.hf.scoring import Scoring
from pytest_evalscope.models.hf.sequence import Order
from pytest_evalscope.models.local.continuations import common
from pytest_evalscope.models.local.sampling import Sampling
from pytest_evalscope.types import Chat, Likelihood, raw

pytestmark = pytest.mark.slow  # torch and transformers take seconds to import

EXAMPLES = "Question: which of these is a planet of the sun? Answer: Mars.\n\n"
ASKED = [
    (prompt, options)
    for prompt in ("Ice is", "A whale is an animal that", "Question: how many legs has a spider?\nAnswer:", "x")
    for options in ((" cold", " a hot liquid", " A", " B"), (" no", ""))
]


def request(prompt, options):
    return Likelihood(messages=raw(prompt), continuations=tuple(options))


def read(loaded, prompt, options):
    asked = request(prompt, options)
    return choices_of("hf/tiny", loaded, Order(request=asked, sampling=Sampling()), asked.continuations)


def one_by_one(torch, loaded, tokens, start):
    """The plain computation: one text in one pass, nothing shared, nothing padded."""
    with torch.inference_mode():
        logits = loaded.model(input_ids=torch.tensor([tokens[:-1]]), use_cache=False).logits[0]
    logprobs = logits.log_softmax(-1)
    places = range(start, len(tokens))
    own = sum(logprobs[place - 1, tokens[place]].item() for place in places)
    return own, len(places), all(int(logits[place - 1].argmax()) == tokens[place] for place in places)


def plain(torch, loaded, prompt, option):
    encode = loaded.tokenizer
    before, whole = encode(prompt)["input_ids"], encode(prompt + option)["input_ids"]
    return one_by_one(torch, loaded, whole, len(before)) if option else (0.0, 0, True)


def score(loaded, asked, places=3):
    scoring = Scoring(loaded.model, pad=loaded.pad, places=places)
    choices = [read(loaded, prompt, options) for prompt, options in asked]
    for one in choices:
        scoring.add(one)
    ended = []
    while scoring.pending:
        ended += scoring.advance()
    assert {id(one) for one in ended} == {id(one) for one in choices}
    assert not any(one.error for one in ended), ended[0].error
    return [one.likelihoods() for one in choices], scoring


def check(torch, loaded, asked, places=3):
    found, scoring = score(loaded, asked, places)
    for (prompt, options), likelihoods in zip(asked, found, strict=True):
        for option, likelihood in zip(options, likelihoods, strict=True):
            logprob, tokens, greedy = plain(torch, loaded, prompt, option)
            assert likelihood.logprob == pytest.approx(logprob, abs=1e-4), (prompt, option)
            assert (likelihood.tokens, likelihood.greedy) == (tokens, greedy)
    return scoring


@pytest.mark.parametrize("places", [1, 3, 16])
def test_as_one_by_one(torch, loaded, places):
    check(torch, loaded, ASKED, places)


@pytest.mark.parametrize("places", [1, 4])
def test_worked_examples_are_read_once(torch, loaded, places, monkeypatch):
    read_anew = []
    forward = Forward.__call__

    def watched(self, tokens, *args, **kwargs):
        read_anew.append(sum(map(len, tokens)))
        return forward(self, tokens, *args, **kwargs)

    monkeypatch.setattr(Forward, "__call__", watched)
    asked = [(EXAMPLES * 3 + prompt, options) for prompt, options in ASKED]
    scoring = check(torch, loaded, asked, places)
    examples = len(loaded.tokenizer(EXAMPLES * 3)["input_ids"])
    if places > 1:
        assert len(scoring._stem) >= examples
        assert sum(read_anew) < 2.5 * examples + 4 * 45 * len(asked)


def test_other_worked_examples_take_their_place(torch, loaded):
    asked = [(EXAMPLES + prompt, options) for prompt, options in ASKED]
    asked += [(EXAMPLES.upper() + prompt, options) for prompt, options in ASKED]
    check(torch, loaded, [*asked, *ASKED], 4)


def test_models_that_keep_their_state_in_other_forms(torch, save, load_from, tmp_path):
    kinds: dict[str, dict[str, Any]] = {
        "gpt2": {"kind": "GPT2", "cls": "GPT2LMHeadModel"},
        "window": {"kind": "Mistral", "sliding_window": 8},
        "state": {"kind": "Mamba", "state_size": 4},
    }
    for name, config in kinds.items():
        loaded = load_from(save(tmp_path / name, **config))
        check(torch, loaded, [(EXAMPLES[:40] + prompt, options) for prompt, options in ASKED], 3)


def test_a_long_text_is_read_in_pieces(torch, loaded, monkeypatch):
    monkeypatch.setattr("pytest_evalscope.models.hf.scoring.LOGITS", 258 * 10)
    check(torch, loaded, [("It is", (" said that " * 9, " so")), ("He", (" went " * 7,))])


def test_spaces_that_end_the_prompt_belong_to_the_continuation(torch, loaded):
    ((likelihood,),), _ = score(loaded, [("Ice is ", ("cold",))])
    ((same,),), _ = score(loaded, [("Ice is", (" cold",))])
    assert likelihood == same
    assert likelihood.tokens == 5


def test_a_text_from_its_beginning(torch, loaded):
    ((likelihood,),), _ = score(loaded, [("", ("Ice is cold.",))])
    tokens = [0, *loaded.tokenizer("Ice is cold.", add_special_tokens=False)["input_ids"]]
    assert likelihood.logprob == pytest.approx(one_by_one(torch, loaded, tokens, 1)[0], abs=1e-4)
    assert likelihood.tokens == 12


def test_a_text_longer_than_the_context_is_read_in_windows(torch, loaded):
    short = replace(loaded, context=10)
    text = "The sun is a star, and so are others."
    ((likelihood,),), _ = score(short, [("", (text,))])
    tokens = [0, *loaded.tokenizer(text, add_special_tokens=False)["input_ids"]]
    assert len(tokens) == 38
    # 37 tokens in windows of 10: the last scores 7, with as much before them as it has room for.
    windows = [(tokens[:11], 1), (tokens[10:21], 1), (tokens[20:31], 1), (tokens[27:38], 4)]
    parts = [one_by_one(torch, loaded, *window) for window in windows]
    assert likelihood.logprob == pytest.approx(sum(part[0] for part in parts), abs=1e-4)
    assert likelihood.tokens == 37 == sum(part[1] for part in parts)


def test_too_long_for_the_context(loaded):
    with pytest.raises(RequestRefused, match=r"hf/tiny: prompt and continuation have 16 tokens; accepted: up to 11"):
        read(replace(loaded, context=10), "Ice is", (" cold.....",))


def test_after_a_chat(torch, loaded):
    chat = Likelihood(messages=({"role": "user", "content": "Is ice cold?"},), continuations=("Yes", "No"))
    choices = choices_of("hf/tiny", loaded, Order(request=chat, sampling=Sampling()), chat.continuations)
    text = loaded.tokenizer.decode(choices.lines[0].tokens)
    assert text == "<s>user Is ice cold?</s><s>assistant Yes"
    assert [len(line.tokens) - line.start for line in choices.lines] == [4, 3]  # the template's last space is theirs


def test_a_chat_whose_template_opens_a_thought_is_refused(tokenized):
    chat = Likelihood(messages=({"role": "user", "content": "Is ice cold?"},), continuations=("Yes", "No"))

    def of(tail):
        order = Order(request=chat, sampling=Sampling())
        return choices_of("hf/tiny", tokenized(f"{{{{ messages[0].content }}}}<s>{tail}"), order, chat.continuations)

    with pytest.raises(RequestRefused) as caught:
        of("<think>\n")
    assert caught.value.message.startswith("hf/tiny: its chat template opens a thought (<think>), and options would be")
    assert "enable_thinking" in caught.value.hint
    assert len(of("<think>\n\n</think>\n\n").lines) == 2


def test_a_token_after_every_text_is_not_scored(torch, loaded, tokenized):
    ending = replace(tokenized(frame="<s> $A </s>"), model=loaded.model)
    ((first, second),), _ = score(ending, [("Ice is", (" cold", " a hot liquid"))])
    tokens = [0, *loaded.tokenizer("Ice is cold")["input_ids"]]
    assert first.logprob == pytest.approx(one_by_one(torch, loaded, tokens, 7)[0], abs=1e-4)
    assert (first.tokens, second.tokens) == (5, 13)


def test_an_option_that_melts_into_the_prompt_is_scored_whole(tokenized):
    loaded = tokenized(frame="<s> $A", merges=[("R", "i"), ("v", "e"), ("Ri", "ve")])
    lines = read(loaded, "Ri", ("vers", "ce")).lines
    spelled = [[loaded.tokenizer.decode([token]) for token in line.tokens] for line in lines]
    assert spelled == [["<s>", "Ri", "ve", "r", "s"], ["<s>", "Ri", "c", "e"]]
    assert [line.start for line in lines] == [2, 2]


def test_as_a_user_asks(torch, loaded, tiny, generate, asking):
    first, reply, second = generate(f"hf/{tiny}", request(*ASKED[0]), asking("Hi", max_tokens=3), request(*ASKED[4]))
    assert first.likelihoods[1].logprob == pytest.approx(plain(torch, loaded, "Ice is", " a hot liquid")[0], abs=1e-4)
    assert len(second.likelihoods) == 4
    assert (first.text, reply.likelihoods) == ("", ())
    assert first.usage.prompt_tokens == len("Ice is") + len(" cold a hot liquid A B")


def test_a_raw_prompt_can_be_gone_on_with(loaded, tiny, generate):
    (reply,) = generate(f"hf/{tiny}", Chat(messages=raw("Ice is"), params={"max_tokens": 4}))
    assert reply.usage.prompt_tokens == 6


def test_a_failure_is_that_of_its_request(loaded, monkeypatch):
    scoring = Scoring(loaded.model, pad=loaded.pad, places=2)
    monkeypatch.setattr(Scoring, "_read_prompts", lambda *_: 1 / 0)
    scoring.add(read(loaded, "Ice is", (" cold",)))
    (failed,) = scoring.advance()
    assert failed.error == "scoring failed (ZeroDivisionError: division by zero)"


def test_without_memory_for_all_fewer_are_read(torch, loaded, monkeypatch):
    read_prompts, sizes = Scoring._read_prompts, []

    def little_memory(self, prompts):
        sizes.append(len(prompts))
        if len(prompts) > 1:
            raise torch.cuda.OutOfMemoryError("full")
        return read_prompts(self, prompts)

    monkeypatch.setattr(Scoring, "_read_prompts", little_memory)
    check(torch, loaded, ASKED[:1] * 4, 4)
    assert sizes == [4, 2, 1, 1, 1, 1]


def test_common():
    assert common([(1, 2, 3), (1, 2), (1, 2, 4)]) == (1, 2)
    assert common([(1,), (2,)]) == common([]) == common([(), (1,)]) == ()
