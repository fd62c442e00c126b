"""The kinds of test, a file each: its items, the value of its fixture, and the results that its reports carry.

A kind is a module with three functions: `cases` (from a declaration to its items), `deliver` (the value of the kind's
fixture) and `collect` (from what a report carries to results).
"""
