"""Providers: one file for each kind of endpoint or function that answers requests."""
