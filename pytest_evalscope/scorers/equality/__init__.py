"""Equality of mathematical answers: a tree of what was written, its value, and the rules by which two are the same.

`equal` in `comparing` decides what it understands; what it does not, math-verify is asked.
"""
