"""Open questions that judges mark: by rubrics, by ratings, or against another model's replies."""
