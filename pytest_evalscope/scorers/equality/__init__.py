"""Equality of mathematical answers: a tree of what was written, its value, and the rules by which two are the same.

`comparing.equal` decides what it understands, and leaves the rest to math-verify.
"""
