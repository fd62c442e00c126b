"""LLM evaluation as pytest tests."""
