"""Reading of the answer in a completion: one grammar for letters, numbers, expressions, labels and words.

`regions` divides a completion into the places that may hold its answer, the most binding first; a reader of one kind
of answer (letters, numbers, expressions, labels, words) looks at one region at a time, and `find` ends with the first
that has an answer, or that states one which is none of those that are possible.
"""
