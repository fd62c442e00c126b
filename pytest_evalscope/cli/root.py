"""The commands, and the form of this project's errors on the command line."""

from __future__ import annotations

from typing import Any

import click

from pytest_evalscope.cli.arena import arena
from pytest_evalscope.cli.benchmarks import benchmarks
from pytest_evalscope.cli.compare import compare
from pytest_evalscope.cli.eval import eval_
from pytest_evalscope.cli.export import export
from pytest_evalscope.cli.index import index
from pytest_evalscope.cli.init import init
from pytest_evalscope.cli.judge_check import judge_check
from pytest_evalscope.cli.merge import merge
from pytest_evalscope.cli.prefetch import prefetch
from pytest_evalscope.cli.rescore import rescore
from pytest_evalscope.cli.show import show
from pytest_evalscope.errors import EvalscopeError, UsageError


class Commands(click.Group):
    """A group that shows this project's errors as two lines on stderr: exit status 2 for usage, 1 for the rest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; one of EvalScope's that is not supported says what there is instead."""
        if args and self.get_command(ctx, args[0]) is None:
            from pytest_evalscope.compat.replaced import COMMANDS

            if args[0] in COMMANDS:
                raise UsageError(f"{args[0]}: this command of EvalScope is not supported", hint=COMMANDS[args[0]])
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command of `ctx`."""
        try:
            return super().invoke(ctx)
        except EvalscopeError as error:
            from pytest_evalscope.text import harmless

            click.echo(harmless(f"error: {error}"), err=True)
            ctx.exit(2 if isinstance(error, UsageError) else 1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pytest-evalscope")
def commands() -> None:
    """Evaluate language models with pytest.

    Runs with gates are started by pytest itself: `pytest evals --model=smollm2`. These commands are for what comes
    before, and for a run without gates.
    """


for command in (init, benchmarks, prefetch, index, eval_, show, compare, export, arena, judge_check, merge, rescore):
    commands.add_command(command)
