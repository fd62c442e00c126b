"""Where code that nobody trusts runs."""

from pytest_evalscope.sandbox.open import KINDS, available, checked_kind, open_sandbox

__all__ = ["KINDS", "available", "checked_kind", "open_sandbox"]
