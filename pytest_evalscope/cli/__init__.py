"""The command line `pytest-evalscope`."""


def main() -> None:
    """Run the command line. click and the commands are imported here, so that importing this package costs nothing."""
    from pytest_evalscope.cli.root import commands

    commands(prog_name="pytest-evalscope")
