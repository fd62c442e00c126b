"""What an error tells a program, beside its words."""

from pytest_evalscope.errors import MissingExtra, UnknownName


def test_an_unknown_name_and_those_near_it():
    error = UnknownName("benchmark", "gsm8", ["gsm8k", "mmlu"])
    assert (error.name, error.nearest) == ("gsm8", ("gsm8k",))


def test_a_missing_package_and_what_brings_it():
    error = MissingExtra("hf/m", "torch", "pip install torch")
    assert (error.package, error.install, error.hint) == ("torch", "pip install torch", "pip install torch")
