"""The 58 instruction types of IFBench (V. Pyatkin et al., arXiv:2507.02833), verified as its authors verify them.

Source of every rule: `instructions.py` of allenai/IFBench at commit 1d62c1d. Its odd corners are kept, because verdicts
must agree; where it breaks off with an error (no words, an empty field), the instruction is not followed here.
"""
