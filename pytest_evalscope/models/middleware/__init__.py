"""Wrappers around a model: retries, limits, and one request for each continuation."""
