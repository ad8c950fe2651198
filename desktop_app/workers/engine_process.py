"""The engine's process: one loaded model that draws what the pipe asks for. The only module that meets torch.

Importing torch holds Python's lock for up to half a second at a time, and drawing takes it thousands of times a
second: beside a window in the same process both would be seen. `run_engine` is importable by name, as a spawned
process needs, also in a frozen program.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, NoReturn

from desktop_app.core.faults import Fault
from desktop_app.core.jobs.engine_state import Ending, EngineStage, ModelFacts, Outcome
from desktop_app.workers.engine_faults import TorchMissing, fault_of
from desktop_app.workers.engine_inbox import EngineInbox
from desktop_app.workers.messages import (
    Answer,
    Ask,
    AskDecode,
    AskLogits,
    Cost,
    Draw,
    Ended,
    EventArrived,
    FromEngine,
    Load,
    Loaded,
    LoadFailed,
    Logits,
    Pixels,
    StageReached,
)
from desktop_app.workers.picture_passing import Sender
from model_runtime.events import Event, RowPreview, RunCancelled, RunFinished
from model_runtime.model_store.lookup import ModelFolder, find_model

if TYPE_CHECKING:
    from model_runtime.pipeline import DalleMiniPipeline

NICENESS = 5
"""Below the window, so that it stays smooth while every core draws; above what runs only on idle machines."""

_BELOW_NORMAL_PRIORITY = 0x4000


def run_engine(connection: Connection) -> None:
    """What the process does, from its start until the pipe closes."""
    # Ctrl+C in a terminal reaches every process there; the window decides what becomes of the run.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Before torch reads it. By default threads that wait for one another keep their cores busy, which beside other
    # programs (the window, too) made a step more than three times slower than sleeping does.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    with contextlib.suppress(OSError, AttributeError):
        _step_back()
    # Where sending fails, the window is gone.
    with contextlib.suppress(ConnectionError):
        _Engine(connection).serve()


def _step_back() -> None:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415  # only Windows needs it

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL_PRIORITY)
    else:
        os.nice(NICENESS)


class _Engine:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._inbox = EngineInbox(connection)
        self._pipeline: DalleMiniPipeline | None = None
        self._fault = Fault(code="engine_not_ready")

    def serve(self) -> NoReturn:
        """Do one order after the other; ends when the inbox ends the process, or a message cannot be sent."""
        while True:
            order = self._inbox.next_order()
            if isinstance(order, Load):
                self._load(order)
            elif isinstance(order, Draw):
                self._draw(order)
            else:
                self._answer(order)

    def _send(self, message: FromEngine) -> None:
        self._connection.send(message)

    # Loading -----------------------------------------------------------------------------------------

    def _load(self, order: Load) -> None:
        self._pipeline = None
        try:
            facts = self._read_model(order)
        except Exception as error:
            fault = fault_of(error, order.choice.device)
        else:
            self._send(Loaded(facts=facts))
            return
        # Outside the handler: while an error is handled, it holds on to the model's half-read weights.
        self._fault = fault
        _release_memory()
        self._send(LoadFailed(fault=fault))

    def _read_model(self, order: Load) -> ModelFacts:
        choice = order.choice
        # In milliseconds what would otherwise be said after seconds.
        folder = find_model(choice.model, models_dir=order.models_dir)
        if "torch" not in sys.modules:
            self._send(StageReached(stage=EngineStage.IMPORTING))
        try:
            from model_runtime.pipeline import DalleMiniPipeline  # noqa: PLC0415  # seconds: said as a stage
        except (ImportError, OSError) as error:
            raise TorchMissing(str(error)) from error
        self._send(StageReached(stage=EngineStage.LOADING))
        _release_memory()
        self._pipeline = DalleMiniPipeline.from_pretrained(
            choice.model, device=choice.device, precision=choice.precision, models_dir=order.models_dir
        )
        return _facts(self._pipeline, folder)

    # Drawing -----------------------------------------------------------------------------------------

    def _draw(self, order: Draw) -> None:
        try:
            outcome = self._run(order)
        except Exception as error:
            device = "" if self._pipeline is None else self._pipeline.device
            outcome = Outcome(ending=Ending.FAILED, fault=fault_of(error, device))
        self._inbox.forget(order.job_id)
        self._send(Ended(job_id=order.job_id, outcome=outcome))

    def _run(self, order: Draw) -> Outcome:
        if self._pipeline is None:
            return Outcome(ending=Ending.FAILED, fault=self._fault)
        sender = Sender()
        last: Event | None = None
        control = self._inbox.control(order.job_id)
        previews = order.previews != "off"
        for last in self._pipeline.stream(order.request, control, previews=previews, watch=order.watch):
            if order.previews == "calm" and isinstance(last, RowPreview):
                continue
            self._send(EventArrived(job_id=order.job_id, event=sender.pack(last)))
            while (ask := self._inbox.next_ask()) is not None:
                self._answer(ask)
        match last:
            case RunFinished(result):
                return Outcome(ending=Ending.FINISHED, ranking=result.ranking)
            case RunCancelled():
                return Outcome(ending=Ending.CANCELLED)
        raise RuntimeError("a stream ends with RunFinished or RunCancelled")

    # Answering ---------------------------------------------------------------------------------------

    def _answer(self, ask: Ask) -> None:
        answer: Logits | Cost | Pixels | Fault
        try:
            answer = self._find_out(ask)
        except Exception as error:
            answer = fault_of(error, "" if self._pipeline is None else self._pipeline.device)
        self._send(Answer(ticket=ask.ticket, answer=answer))

    def _find_out(self, ask: Ask) -> Logits | Cost | Pixels | Fault:
        if self._pipeline is None:
            return self._fault
        if isinstance(ask, AskLogits):
            return self._pipeline.logits_at(ask.prompt, ask.tokens, ask.position)
        if isinstance(ask, AskDecode):
            return self._pipeline.look(ask.tokens, coarse=ask.coarse)
        estimate = self._pipeline.estimate(ask.request)
        return Cost(seconds=estimate.seconds, peak_bytes=estimate.peak_bytes)


def _release_memory() -> None:
    """Give back what the last model took, before the next one is read."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


def _facts(pipeline: DalleMiniPipeline, folder: ModelFolder) -> ModelFacts:
    from model_runtime.vqgan.config import VQGANConfig  # noqa: PLC0415  # its package loads torch

    return ModelFacts(
        model_id=pipeline.model_id,
        name=folder.description.name,
        revision=folder.description.revision,
        device=pipeline.device,
        precision=pipeline.precision,
        image_length=pipeline.image_length,
        codebook_size=pipeline.codebook_size,
        resolution=VQGANConfig.read(folder.vqgan / "config.json").resolution,
        defaults=pipeline.defaults,
    )
