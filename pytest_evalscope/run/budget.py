"""The budget of a run, in tokens and in money: counted in one place by all of its processes.

`logs/spent.sqlite` of the run folder has a row per model. A request is counted when its response has arrived, and none
is sent once the budget is spent; so requests that are in flight then end, are stored, and may go beyond it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

from pytest_evalscope.errors import BudgetSpent
from pytest_evalscope.folder.paths import RunFolder
from pytest_evalscope.models.prompt import content_text
from pytest_evalscope.models.wrapped import wrapped
from pytest_evalscope.run.cache import WAIT, prepare
from pytest_evalscope.run.prices import price_of
from pytest_evalscope.run.settings import Settings
from pytest_evalscope.types import Completion, Model, Request, Spending, Spent, prompt_of, texts_of

FILE = "logs/spent.sqlite"
_TABLE = (
    "create table if not exists spent (model text primary key, requests integer, prompt integer, "
    "completion integer, estimated integer) without rowid"
)
_ADD = (
    "insert into spent values (?, 1, ?, ?, ?) on conflict (model) do update set requests = requests + 1, "
    "prompt = prompt + excluded.prompt, completion = completion + excluded.completion, "
    "estimated = estimated + excluded.estimated"
)


class Ledger:
    """The spending of a run on disk; used from one thread, shared between processes."""

    def __init__(self, folder: RunFolder, settings: Settings) -> None:
        self._settings = settings
        path = folder.path / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
        prepare(self._db, _TABLE)

    def check(self) -> None:
        """Raise BudgetSpent when nothing is left."""
        problem = _read(self._db, self._settings).problem
        if problem:
            raise BudgetSpent(f"budget: {problem}", hint="the same command with a larger one continues from here")

    def book(self, model: str, request: Request, completion: Completion) -> None:
        """Count a completion that came from the model itself."""
        prompt, completed = completion.usage.prompt_tokens, completion.usage.completion_tokens
        estimated = not (prompt or completed)
        if estimated:
            from pytest_evalscope.models.middleware.rate_limiter import CHARACTERS

            sent = [content_text(message.get("content")) for message in prompt_of(request)]
            prompt = -(-sum(map(len, (*sent, *texts_of(request)))) // CHARACTERS)
            completed = -(-(len(completion.text) + len(completion.reasoning)) // CHARACTERS)
        self._db.execute(_ADD, (model, prompt, completed, int(estimated)))

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def metered(model: Model, ledger: Ledger, settings: Settings) -> Model:
    """Return `model`, counted, and called while some budget is left. Raises UnknownName without a price."""
    if settings.prices:
        price_of(model.name, settings.prices)

    async def send(request: Request) -> Completion:
        ledger.check()
        completion = await model.send(request)
        ledger.book(model.name, request, completion)
        return completion

    return wrapped(model, send, kind="metered")


def spending_of(folder: RunFolder, settings: Settings) -> Spending | None:
    """Return what the run in `folder` has spent; None where nothing was counted."""
    path = folder.path / FILE
    if not path.is_file():
        return None
    with closing(sqlite3.connect(path, timeout=WAIT)) as db:
        return _read(db, settings)


def _read(db: sqlite3.Connection, settings: Settings) -> Spending:
    rows = db.execute("select model, requests, prompt, completion, estimated from spent order by model").fetchall()
    return Spending(
        models=tuple(
            Spent(
                model=model,
                requests=requests,
                prompt_tokens=prompt,
                completion_tokens=completion,
                estimated=estimated,
                cost=price_of(model, settings.prices).of(prompt, completion) if settings.prices else None,
            )
            for model, requests, prompt, completion, estimated in rows
        ),
        token_budget=settings.token_budget,
        cost_budget=settings.cost_budget,
    )
