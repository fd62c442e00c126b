"""Sandboxes for untrusted code."""

from pytest_evalscope.sandbox.open import KINDS, available, checked_kind, open_sandbox
from pytest_evalscope.sandbox.systems import problem_here

__all__ = ["KINDS", "available", "checked_kind", "open_sandbox", "problem_here"]
