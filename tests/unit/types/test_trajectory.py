"""What of a trajectory is sent, and whose words its turns are."""

from pytest_evalscope.types import Completion
from pytest_evalscope.types.trajectory import DATA, REASONING, STEP, said, sendable, spoken, without_reasoning


def test_turns_are_the_texts_of_the_model_s_own_messages():
    trajectory = (
        {"role": "assistant", "content": "", "tool_calls": [{"id": "a"}]},
        {"role": "tool", "tool_call_id": "a", "content": "no turn"},
        {"role": "assistant", "content": "from the data", "step": DATA},
        {"role": "user", "content": "no turn"},
        {"role": "assistant", "content": [{"type": "text", "text": "in "}, {"type": "image_url"}, {"text": "parts"}]},
        {"role": "assistant", "content": None},
    )
    assert spoken(trajectory) == Completion(text="", trajectory=trajectory).turns == ("", "in parts", "")


def test_texts_alone_make_a_trajectory():
    assert Completion(text="b", trajectory=said(["a", "b"])).turns == ("a", "b")


def test_steps_are_not_sent():
    messages = ({"role": "tool", "content": "x", "step": {"seconds": 1}}, {"role": "user", "content": "y"})
    assert sendable(messages) == ({"role": "tool", "content": "x"}, {"role": "user", "content": "y"})
    assert messages[0]["step"] == {"seconds": 1}


def test_reasoning_goes_back_under_its_own_key_and_can_be_left_out():
    recorded = ({"role": "user", "content": "x"}, {"role": "assistant", "content": "y", STEP: {"reasoning": "z"}})
    sent = sendable(recorded)
    assert sent == (recorded[0], {"role": "assistant", "content": "y", REASONING: "z"})
    assert without_reasoning(sent) == (recorded[0], {"role": "assistant", "content": "y"})
    assert without_reasoning(recorded) is recorded
    assert sendable(({"role": "assistant", "content": "y", STEP: {"reasoning": ""}},)) == (
        {"role": "assistant", "content": "y"},
    )
