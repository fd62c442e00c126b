"""Wrappers around a model: retries, limits, and one request for each continuation."""

from pytest_evalscope.models.middleware.concurrency_limit import bounded
from pytest_evalscope.models.middleware.limiting import limited
from pytest_evalscope.models.middleware.retrying import retrying
from pytest_evalscope.models.middleware.split_continuations import separate
from pytest_evalscope.models.middleware.wrapped import wrapped

__all__ = ["bounded", "limited", "retrying", "separate", "wrapped"]
