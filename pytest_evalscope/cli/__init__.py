"""The command line `pytest-evalscope`."""


def main() -> None:
    """Run the command line. click and the commands are imported here, so that importing this package costs nothing."""
    import sys

    from pytest_evalscope.cli.root import commands

    # Windows' encoding of output into a file lacks most characters that a benchmark may contain.
    if (reconfigure := getattr(sys.stdout, "reconfigure", None)) is not None:
        reconfigure(errors="backslashreplace")
    commands(prog_name="pytest-evalscope")
