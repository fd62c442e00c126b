"""The thread that owns a model: requests come in from any thread and are decoded together."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable
from concurrent.futures import Future

from pytest_evalscope.errors import ModelError
from pytest_evalscope.models.hf.completion import completion_of, likelihoods_of
from pytest_evalscope.models.hf.likelihood_request import choices_of
from pytest_evalscope.models.hf.load import Loaded
from pytest_evalscope.models.hf.prompt import row_of
from pytest_evalscope.models.hf.schedule import Schedule
from pytest_evalscope.models.hf.scoring import Scoring
from pytest_evalscope.models.hf.sequence import Order
from pytest_evalscope.models.local.sampling import Sampling
from pytest_evalscope.types import Chat, Completion, Likelihood

CLOSE_SECONDS = 10.0
"""Seconds that closing waits for the step under way, and then the interpreter's exit; only loading takes longer."""


class Worker:
    """Loads a model when the first request comes, and serves all requests from one thread."""

    def __init__(self, name: str, load: Callable[[], Loaded]) -> None:
        self._name = name
        self._load = load
        self._inbox: list[Order] = []
        self._change = threading.Condition()
        self._refusal: ModelError | None = None
        self._thread: threading.Thread | None = None

    def submit(self, request: Chat | Likelihood, sampling: Sampling) -> Future[Completion]:
        """Return the future of the completion; cancelling it frees the request's row. It fails at once when closed."""
        order = Order(request=request, sampling=sampling)
        with self._change:
            if self._refusal:
                order.fail(self._refusal)
                return order.completion
            self._inbox.append(order)
            if self._thread is None:
                # A daemon, so that a run that is broken off can end. The hook then waits for the step under way: a
                # thread that is cut off inside torch takes the process down with it.
                self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
                atexit.register(self.close)
                self._thread.start()
            self._change.notify()
        return order.completion

    def close(self) -> None:
        """Refuse new requests, give up those under way, and wait for the thread to end."""
        refusal = self._refuse(ModelError(f"{self._name}: is closed"))
        with self._change:
            orders, self._inbox = self._inbox, []
        for order in orders:  # those that wait for a model that is still being loaded
            order.fail(refusal)
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)
            if not self._thread.is_alive():
                atexit.unregister(self.close)

    def _refuse(self, error: ModelError) -> ModelError:
        """Take no more requests, and return why: the first reason counts, which may be that loading failed."""
        with self._change:
            self._refusal = self._refusal or error
            self._change.notify()
            return self._refusal

    def _serve(self) -> None:
        schedule: Schedule | None = None
        scoring: Scoring | None = None
        try:
            loaded = self._load()
            schedule = Schedule(loaded.model, pad=loaded.pad, places=loaded.rows)
            scoring = Scoring(loaded.model, pad=loaded.pad, places=loaded.rows)
            while self._refusal is None:
                self._serve_once(loaded, schedule, scoring)
        except ModelError as error:
            # A new one: the frames behind this one may hold a model.
            self._refuse(ModelError(error.message, hint=error.hint))
        finally:
            refusal = self._refuse(ModelError(f"{self._name}: its thread has ended"))
            under_way = [row.order for row in schedule.rows] if schedule else []
            waiting = [choices.order for choices in scoring.pending] if scoring else []
            for order in (*self._inbox, *under_way, *waiting):
                order.fail(refusal)

    def _serve_once(self, loaded: Loaded, schedule: Schedule, scoring: Scoring) -> None:
        """Take in what has come, move every row one token on, score some continuations; deliver what is finished."""
        with self._change:
            self._change.wait_for(lambda: self._inbox or self._refusal or schedule.rows or scoring.pending)
            orders, self._inbox = self._inbox, []
        for order in orders:
            try:
                if isinstance(order.request, Likelihood):
                    scoring.add(choices_of(self._name, loaded, order, order.request.continuations))
                else:
                    schedule.add(row_of(self._name, loaded, order))
            except ModelError as error:
                order.fail(error)
        for row in schedule.advance():
            if row.error:
                row.order.fail(ModelError(f"{self._name}: {row.error}"))
            else:
                row.order.fulfil(completion_of(row, model=self._name))
        for choices in scoring.advance():
            if choices.error:
                choices.order.fail(ModelError(f"{self._name}: {choices.error}"))
            else:
                choices.order.fulfil(likelihoods_of(choices, model=self._name))
