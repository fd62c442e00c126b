"""The command line `pytest-evalscope`."""


def main() -> None:
    """Run the command line. click and the commands are imported here, so that importing this package costs nothing."""
    import sys

    from pytest_evalscope.cli.root import commands

    # Where the output goes into a file, Windows has an encoding that lacks most of what a benchmark may ask.
    if (reconfigure := getattr(sys.stdout, "reconfigure", None)) is not None:
        reconfigure(errors="backslashreplace")
    commands(prog_name="pytest-evalscope")
