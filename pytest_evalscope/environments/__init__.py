"""Worlds in which an agent acts: a Python object in this process, or files and a shell in the sandbox."""

from typing import TYPE_CHECKING

from pytest_evalscope.lazy import import_on_use

if TYPE_CHECKING:
    from pytest_evalscope.environments.in_process import in_process
    from pytest_evalscope.environments.sandboxed import sandboxed

__all__ = ["in_process", "sandboxed"]

if not TYPE_CHECKING:  # a type checker sees the imports above
    __getattr__ = import_on_use(
        __name__, {"environments.in_process": ("in_process",), "environments.sandboxed": ("sandboxed",)}
    )
