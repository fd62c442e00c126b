"""The kinds of test, a file each: what an item is, how its fixture is delivered, and what its report carries.

A kind is a module with three functions: `cases` (from a declaration to its items), `deliver` (the value of the kind's
fixture) and `collect` (from what a report carries to results).
"""
