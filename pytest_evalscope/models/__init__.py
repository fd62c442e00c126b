"""Language models: what answers a request."""

from pytest_evalscope.models.options import ModelOptions
from pytest_evalscope.models.resolve import resolve

__all__ = ["ModelOptions", "resolve"]
