"""Evaluating from Python: `evaluate`, and the functions on finished run folders."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.api.evaluation import Interrupted, evaluate, problems
    from pytest_evalscope.api.export import export, samples_frame
    from pytest_evalscope.api.merge import merge
    from pytest_evalscope.api.rescore import rescore

__all__ = ["Interrupted", "evaluate", "export", "merge", "problems", "rescore", "samples_frame"]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "api.evaluation": ("Interrupted", "evaluate", "problems"),
            "api.export": ("export", "samples_frame"),
            "api.merge": ("merge",),
            "api.rescore": ("rescore",),
        },
    )
