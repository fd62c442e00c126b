"""Sandboxes for untrusted code."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.sandbox.kinds import KINDS, checked_kind
    from pytest_evalscope.sandbox.open import available, open_sandbox
    from pytest_evalscope.sandbox.systems import problem_here

__all__ = ["KINDS", "available", "checked_kind", "open_sandbox", "problem_here"]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__,
        {
            "sandbox.kinds": ("KINDS", "checked_kind"),
            "sandbox.open": ("available", "open_sandbox"),
            "sandbox.systems": ("problem_here",),
        },
    )
