"""Evaluating from Python: `evaluate`, and the functions on finished run folders."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.api.evaluation import Interrupted, evaluate, problems
    from pytest_evalscope.api.merge import merge
    from pytest_evalscope.api.rescore import rescore

__all__ = ["Interrupted", "evaluate", "merge", "problems", "rescore"]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "api.evaluation": ("Interrupted", "evaluate", "problems"),
            "api.merge": ("merge",),
            "api.rescore": ("rescore",),
        },
    )
