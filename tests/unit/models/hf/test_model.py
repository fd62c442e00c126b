"""`hf/` models as a user opens them."""

import asyncio
import subprocess
import sys
import threading
from typing import Any

import pytest

from pytest_evalscope.errors import MissingExtra, ModelError, RequestRefused, UsageError
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.models.hf import model as opening
from pytest_evalscope.models.hf import worker as working
from pytest_evalscope.models.local.engine import READING
from pytest_evalscope.models.local.sampling import Sampling
from pytest_evalscope.types import Chat

pytestmark = pytest.mark.slow  # torch and transformers take seconds to import


def test_requests_are_answered_together_each_by_its_own_parameters(generate, tiny, asking):
    greedy, sampled = {"max_tokens": 12}, {"max_tokens": 12, "temperature": 1.5}
    replies = generate(
        f"hf/{tiny}",
        asking("a", **greedy),
        asking("a", **sampled),
        asking("a", **sampled),
        asking("a", **sampled, seed=1),
        asking("a", max_tokens=3),
    )
    texts = [reply.text for reply in replies]
    assert texts[1] == texts[2]
    assert len(set(texts)) == 4
    assert texts[0].startswith(texts[4].rstrip("\ufffd"))
    assert [reply.usage.completion_tokens for reply in replies] == [12, 12, 12, 12, 3]
    assert {reply.finish_reason for reply in replies} == {"length"}
    assert {reply.usage.prompt_tokens for reply in replies} == {len("<user a><assistant ")}
    assert all(reply.timing.latency > 0 and reply.timing.ttft is None for reply in replies)
    assert {reply.model for reply in replies} == {f"hf/{tiny}"}


def test_repeats_differ_and_are_repeatable(generate, tiny, asking):
    message = asking("a").messages
    params = {"temperature": 1.5, "max_tokens": 12, "seed": 3}
    asked = [Chat(messages=message, params=params, repeat=repeat) for repeat in (0, 1, 0, 1)]
    first, second, *again = [reply.text for reply in generate(f"hf/{tiny}", *asked)]
    assert first != second
    assert again == [first, second]


def test_logprobs_are_told_like_openai_tells_them(generate, tiny, asking):
    [reply, plain] = generate(f"hf/{tiny}", asking("a", max_tokens=5, logprobs=True, top_logprobs=4), asking("a"))
    assert len(reply.logprobs) == 5
    for token in reply.logprobs:
        assert len(token.top) == 4
        assert token.top[0] == (token.token, token.logprob)  # greedy: the likeliest was taken
        assert [value for _, value in token.top] == sorted((value for _, value in token.top), reverse=True)
        assert token.logprob < 0
    assert plain.logprobs == ()


def test_reasoning_is_split_off(generate, tiny, asking, monkeypatch):
    monkeypatch.setattr("pytest_evalscope.models.hf.sequence.Row._decoded", lambda self, choices: "<think>hm</think>42")
    [reply] = generate(f"hf/{tiny}", asking("a", max_tokens=5))
    assert (reply.reasoning, reply.text) == ("hm", "42")


def test_one_bad_request_fails_alone(tiny, asking):
    async def run():
        model = resolve(f"hf/{tiny}", ModelOptions(args={"device": "cpu", "threads": 1}))
        try:
            requests = [asking("a", max_tokens=3), asking("x" * 600), asking("b", top_q=1), asking("c", max_tokens=3)]
            return await asyncio.gather(*map(model.send, requests), return_exceptions=True)
        finally:
            await model.aclose()

    first, long, unknown, last = asyncio.run(run())
    assert first.finish_reason == last.finish_reason == "length"
    assert isinstance(long, RequestRefused)
    assert isinstance(unknown, RequestRefused)
    assert (
        unknown.message
        == f"hf/{tiny}: generation parameter: unknown name ('top_q'); did you mean top_p or top_k or stop?"
    )


def test_a_request_that_is_given_up_frees_its_place(tiny, asking):
    async def run():
        model = resolve(f"hf/{tiny}", ModelOptions(args={"device": "cpu", "threads": 1, "batch_size": 1}))
        try:
            await model.send(asking("warm", max_tokens=1))
            endless = asyncio.ensure_future(model.send(asking("a", max_tokens=490)))
            waiting = asyncio.ensure_future(model.send(asking("b", max_tokens=2)))
            await asyncio.sleep(0)
            endless.cancel()
            reply = await waiting
            return endless.cancelled(), reply
        finally:
            await model.aclose()

    cancelled, reply = asyncio.run(run())
    assert cancelled
    assert reply.usage.completion_tokens == 2


def test_a_model_that_fails_says_so(tiny, asking, generate, monkeypatch):
    def broken(*args):
        raise RuntimeError("shapes do not fit")

    monkeypatch.setattr("pytest_evalscope.models.hf.batch.Batch._choose", broken)
    with pytest.raises(ModelError) as caught:
        generate(f"hf/{tiny}", asking("a"))
    assert caught.value.message == f"hf/{tiny}: generation failed (RuntimeError: shapes do not fit)"


def threads_of(name):
    return [thread for thread in threading.enumerate() if thread.name == name]


def test_closing_ends_the_thread_and_fails_what_is_under_way(tiny, asking):
    name = f"hf/{tiny}"

    async def run():
        model = resolve(name, ModelOptions(args={"device": "cpu", "threads": 1}))
        assert threads_of(name) == []
        await model.send(asking("warm", max_tokens=1))
        assert len(threads_of(name)) == 1
        tasks = [asyncio.ensure_future(model.send(asking(f"{n}", max_tokens=490))) for n in range(3)]
        await asyncio.sleep(0)
        await model.aclose()
        assert threads_of(name) == []
        late = await asyncio.gather(*tasks, model.send(asking("late")), return_exceptions=True)
        await model.aclose()
        return late

    for error in asyncio.run(run()):
        assert isinstance(error, ModelError)
        assert error.message == f"{name}: is closed"


def test_a_model_that_was_never_asked_has_nothing_to_close(tiny):
    asyncio.run(resolve(f"hf/{tiny}", ModelOptions()).aclose())


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("config.json", "cannot be loaded ("),
        ("model.safetensors", "cannot be loaded ("),
    ],
)
def test_what_cannot_be_loaded_says_so_to_everyone(tmp_path, save, asking, broken, message):
    folder = save(tmp_path)
    (folder / broken).write_bytes(b"{ not what it should be")

    async def run():
        model = resolve(f"hf/{folder}", ModelOptions(args={"device": "cpu", "threads": 1}))
        try:
            first = await asyncio.gather(*(model.send(asking(f"{n}")) for n in range(3)), return_exceptions=True)
            return [*first, *await asyncio.gather(model.send(asking("late")), return_exceptions=True)]
        finally:
            await model.aclose()

    errors = asyncio.run(run())
    assert len({id(error) for error in errors}) == 4
    for error in errors:
        assert isinstance(error, ModelError)
        assert message in error.message
        assert error.message.startswith(f"hf/{folder}: ")
        assert len(error.message.splitlines()) == 1
        assert error.hint


def test_weights_that_are_missing_are_not_made_up(tmp_path, save, asking, generate):
    folder = save(tmp_path)
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError) as caught:
        generate(f"hf/{folder}", asking("a"))
    assert caught.value.message == (
        f"hf/{folder}: cannot be loaded (1 of its tensors are missing, model.layers.1.mlp.up_proj.weight for one)"
    )


def test_code_of_a_model_is_not_run(tmp_path, save, asking, generate):
    folder = save(tmp_path)
    config = folder / "config.json"
    text = config.read_text().replace('"model_type": "llama"', '"model_type": "unheard_of"')
    config.write_text(text.replace("{", '{"auto_map": {"AutoConfig": "code.C", "AutoModelForCausalLM": "code.M"},', 1))
    (folder / "code.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(ModelError) as caught:
        generate(f"hf/{folder}", asking("a"))
    assert "cannot be loaded" in caught.value.message
    assert not (tmp_path / "ran").exists()


def test_half_precision_and_batch_size_are_obeyed(tiny):
    args = {"device": "cpu", "dtype": "bfloat16", "batch_size": "3"}
    model: Any = resolve(f"hf/{tiny}", ModelOptions(args=args))
    loaded = model._worker._load()
    assert str(loaded.model.dtype) == "torch.bfloat16"
    assert loaded.rows == 3
    assert loaded.context == 512


def test_the_context_can_be_narrowed(tiny, asking, generate):
    with pytest.raises(RequestRefused, match="accepted: 1 to 31, the model's context"):
        generate(f"hf/{tiny}", asking("x" * 40), context=32)


def test_loading_and_generating_say_nothing(tiny, asking, generate, capfd):
    generate(f"hf/{tiny}", asking("a", max_tokens=2))
    assert capfd.readouterr() == ("", "")


def test_its_identity_tells_contents_apart(tmp_path, save):
    def identity(folder, **args):
        return resolve(f"hf/{folder}", ModelOptions(args=args)).identity

    one, same, other = (save(tmp_path / name / "m", seed=seed) for name, seed in (("a", 0), ("b", 0), ("c", 1)))
    assert identity(one) == identity(same)
    assert identity(one) != identity(other)
    assert identity(one) != identity(one, dtype="bfloat16")
    assert identity(one) == identity(one, threads=1, batch_size=2)
    assert str(tmp_path) not in str(identity(one))
    assert identity("owner/name", revision="abc")["revision"] == "abc"
    assert identity(one)["reading"] == READING  # cached thoughts that were read as answers are not used again


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"divice": "cpu"}, "hf model argument: unknown name ('divice'); did you mean device?"),
        ({"batch_size": 0}, "hf model argument batch_size: does not fit (0); accepted: an integer from 1 on"),
        ({"threads": "two"}, "hf model argument threads: does not fit ('two'); accepted: an integer from 1 on"),
        ({"dtype": "float8"}, "hf dtype: unknown name ('float8'); did you mean float32 or float16 or bfloat16?"),
        ({"device": "tpu"}, "hf device: unknown name ('tpu'); did you mean cpu?"),
        ({"device": 0}, "hf model argument device: does not fit (0); accepted: a name"),
    ],
)
def test_arguments_that_do_not_fit_are_told_at_once(args, message):
    with pytest.raises(UsageError) as caught:
        resolve("hf/owner/name", ModelOptions(args=args))
    assert caught.value.message == message


def test_places_that_hold_no_model_are_told_at_once(tmp_path):
    (tmp_path / "tiny.gguf").write_bytes(b"GGUF")
    cases = {
        f"{tmp_path}": f"holds no model ({tmp_path})",
        f"{tmp_path}/none": f"no such folder ({tmp_path}/none)",
        "./none": "no such folder (./none)",
        f"{tmp_path}/tini.gguf": f"no such file ({tmp_path}/tini.gguf)",
    }
    for rest, message in cases.items():
        with pytest.raises(UsageError) as caught:
            resolve(f"hf/{rest}", ModelOptions())
        assert caught.value.message.startswith(f"hf/{rest}: {message}; accepted: ")
    assert caught.value.hint == f"did you mean {tmp_path}/tiny.gguf?"


@pytest.mark.parametrize(
    ("content", "on"),
    [
        ('{"base_model_name_or_path": "owner/base"}', "owner/base"),
        ("{}", "a model that it does not name"),
        ("[", "a model that it does not name"),
    ],
)
@pytest.mark.parametrize("whole", [False, True])
def test_a_folder_of_an_adapter_is_refused_with_what_to_do(tmp_path, content, on, whole):
    (tmp_path / "adapter_config.json").write_text(content)
    if whole:  # beside it the weights would be read without the adapter
        (tmp_path / "config.json").write_text("{}")
    with pytest.raises(UsageError) as caught:
        resolve(f"hf/{tmp_path}", ModelOptions())
    assert caught.value.message == (
        f"hf/{tmp_path}: holds an adapter (PEFT), no whole model ({tmp_path}, on {on}); "
        "accepted: a folder into which adapter and model were merged"
    )
    assert "merge_and_unload()" in caught.value.hint


def test_a_missing_package_names_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr(opening, "find_spec", lambda name: None if name == "transformers" else object())
    with pytest.raises(MissingExtra) as caught:
        resolve("hf/owner/name", ModelOptions())
    assert caught.value.message == "hf/owner/name: needs the package 'transformers', which is not installed"
    assert caught.value.hint == "pip install 'pytest-evalscope[hf]'"


def test_a_device_that_is_not_there_is_told(tiny, asking, generate):
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    with pytest.raises(ModelError) as caught:
        generate(f"hf/{tiny}", asking("a"), device="cuda")
    assert caught.value.message == f"hf/{tiny}: no CUDA device is there (cuda); accepted: cpu, or auto"


BROKEN_OFF = """
import asyncio, sys, threading
from pytest_evalscope.models import ModelOptions, resolve
from pytest_evalscope.types import Chat, Request

model = resolve(sys.argv[1], ModelOptions(args={"device": "cpu", "threads": 1}))
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()

def ask(tokens):
    message = {"role": "user", "content": "a"}
    request = Chat(messages=(message,), params={"max_tokens": tokens, "stop": "never"})
    return asyncio.run_coroutine_threadsafe(model.send(request), loop)

ask(1).result()
ask(490)
print("broken off")
raise KeyboardInterrupt
"""


def test_a_run_that_is_broken_off_ends(tiny):
    """With the loop in a daemon thread and a reply under way, as when pytest is stopped by Ctrl-C."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BROKEN_OFF, f"hf/{tiny}"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout == "broken off\n"
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"
    assert "Error" not in done.stderr.replace("KeyboardInterrupt", "")
    # How Python ends by Ctrl-C hangs on what its other threads do at that moment; a crash has other numbers.
    assert done.returncode in (1, 130, -2)


def test_closing_does_not_wait_for_ever_for_a_load(asking, monkeypatch):
    """A model of many gigabytes may take minutes; a session that is broken off does not."""
    monkeypatch.setattr(working, "CLOSE_SECONDS", 0.01)
    let_go, loading = threading.Event(), threading.Event()

    def load():
        loading.set()
        let_go.wait(60)
        raise ModelError("too late")

    worker = working.Worker("hf/large", load)
    reply = worker.submit(asking("a"), Sampling())
    assert loading.wait(60)
    worker.close()
    error = reply.exception(60)
    assert isinstance(error, ModelError)
    assert error.message == "hf/large: is closed"
    [thread] = threads_of("hf/large")
    let_go.set()
    thread.join(60)
    worker.close()
    assert threads_of("hf/large") == []
