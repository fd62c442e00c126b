"""Pure functions over text: templates, extraction, normalisation, and making untrusted text safe to show."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.text.answers.clean import clean, narrow
    from pytest_evalscope.text.answers.expressions import extract_expression, plain_expression, plain_number
    from pytest_evalscope.text.answers.labels import read_label
    from pytest_evalscope.text.answers.letters import extract_choice, label_of, read_choice
    from pytest_evalscope.text.answers.numbers import extract_number, number_value, parse_number
    from pytest_evalscope.text.answers.regions import regions
    from pytest_evalscope.text.answers.words import layers, states
    from pytest_evalscope.text.entities import bio_spans, entity_spans, response_of, tag_entities
    from pytest_evalscope.text.fences import fenced_blocks
    from pytest_evalscope.text.normal import normalize
    from pytest_evalscope.text.safe import harmless, neutralize_commands, redacted, strip_control
    from pytest_evalscope.text.template import fields, fill

__all__ = [
    "bio_spans",
    "clean",
    "entity_spans",
    "extract_choice",
    "extract_expression",
    "extract_number",
    "fenced_blocks",
    "fields",
    "fill",
    "harmless",
    "label_of",
    "layers",
    "narrow",
    "neutralize_commands",
    "normalize",
    "number_value",
    "parse_number",
    "plain_expression",
    "plain_number",
    "read_choice",
    "read_label",
    "redacted",
    "regions",
    "response_of",
    "states",
    "strip_control",
    "tag_entities",
]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "text.answers.labels": ("read_label",),
            "text.answers.letters": ("extract_choice", "label_of", "read_choice"),
            "text.entities": ("bio_spans", "entity_spans", "response_of", "tag_entities"),
            "text.answers.expressions": ("extract_expression", "plain_expression", "plain_number"),
            "text.fences": ("fenced_blocks",),
            "text.normal": ("normalize",),
            "text.answers.numbers": ("extract_number", "number_value", "parse_number"),
            "text.safe": ("harmless", "neutralize_commands", "redacted", "strip_control"),
            "text.answers.clean": ("clean", "narrow"),
            "text.answers.regions": ("regions",),
            "text.answers.words": ("layers", "states"),
            "text.template": ("fields", "fill"),
        },
    )
