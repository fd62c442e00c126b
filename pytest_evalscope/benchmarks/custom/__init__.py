"""Benchmarks from the user's own files."""
