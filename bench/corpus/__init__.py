"""Completions made from tables of forms, values and languages, each with what it must score."""
