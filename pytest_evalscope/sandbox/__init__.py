"""Where code that nobody trusts runs."""

from pytest_evalscope.sandbox.open import KINDS, SandboxKind, available, open_sandbox

__all__ = ["KINDS", "SandboxKind", "available", "open_sandbox"]
