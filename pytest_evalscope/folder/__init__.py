"""The run folder: the one writer and the one reader of what a run leaves on disk."""
