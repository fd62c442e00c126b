"""Cases of other people's test suites, read from snapshots of their repositories when the script runs."""
