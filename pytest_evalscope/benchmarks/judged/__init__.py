"""Open questions scored by judges: by rubrics, by ratings, or against another model's completions."""
