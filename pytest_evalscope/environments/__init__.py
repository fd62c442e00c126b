"""Worlds in which an agent acts: a Python object in this process, or files and a shell in the sandbox."""

from pytest_evalscope.environments.in_process import in_process
from pytest_evalscope.environments.sandboxed import sandboxed

__all__ = ["in_process", "sandboxed"]
