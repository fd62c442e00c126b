"""Programs that run a solution with its tests in the sandbox, and keep the proof of passing out of its reach."""
