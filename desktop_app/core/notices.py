"""What a person is told in passing: records that wait on a board until somebody shows or dismisses them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desktop_app.core.advice import Action, Advice, Level, guidance
from desktop_app.core.faults import Fault
from model_runtime.recipe.record import utc_now

MOST = 20
"""Notices on a board; beyond that the oldest go, since nobody reads so many."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message without words: the window makes them of `code`, `parameters` and `advice`.

    details: what "copy details" gives, "" for none. actions: what can be done about it, the likeliest first.
    key: a newer notice with the same key takes this one's place; "" = the code.
    """

    level: Level
    code: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    details: str = ""
    advice: Advice = Advice.NONE
    actions: tuple[Action, ...] = ()
    key: str = ""
    created: datetime = field(default_factory=utc_now)

    def __post_init__(self) -> None:
        if not self.key:
            object.__setattr__(self, "key", self.code)

    @classmethod
    def of(cls, fault: Fault, *, key: str = "") -> Notice:
        """The notice that a fault deserves; faults nobody has advice for are the program's own mistakes."""
        found = guidance(fault)
        actions = found.actions
        if fault.details and Action.COPY_DETAILS not in actions:
            actions = (*actions, Action.COPY_DETAILS)
        return cls(
            level=found.level,
            code=fault.code,
            parameters=fault.parameters,
            details=fault.details,
            advice=found.advice,
            actions=actions,
            key=key,
        )


Subscriber = Callable[[tuple[Notice, ...]], None]


class NoticeBoard:
    """The notices that stand, oldest first. For one thread: the window's."""

    def __init__(self) -> None:
        self._notices: tuple[Notice, ...] = ()
        self._subscribers: list[Subscriber] = []

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Those that stand now."""
        return self._notices

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call `subscriber` with all notices now and after every change, until the returned function is called."""
        self._subscribers.append(subscriber)
        subscriber(self._notices)

        def unsubscribe() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return unsubscribe

    def post(self, notice: Notice) -> None:
        """Put a notice up; one with the same key is replaced where it hangs."""
        if any(standing.key == notice.key for standing in self._notices):
            changed = tuple(notice if standing.key == notice.key else standing for standing in self._notices)
        else:
            changed = (*self._notices, notice)
        self._change(changed[-MOST:])

    def post_fault(self, fault: Fault, *, key: str = "", **more: Any) -> None:
        """`post` the notice of a fault; `more` are parameters beside the fault's own, such as a prompt."""
        notice = Notice.of(fault, key=key)
        self.post(dataclasses.replace(notice, parameters={**notice.parameters, **more}))

    def dismiss(self, key: str) -> None:
        """Take a notice down: it was read, or what it said is no longer so."""
        left = tuple(standing for standing in self._notices if standing.key != key)
        if left != self._notices:
            self._change(left)

    def _change(self, notices: tuple[Notice, ...]) -> None:
        self._notices = notices
        for subscriber in tuple(self._subscribers):
            subscriber(notices)
