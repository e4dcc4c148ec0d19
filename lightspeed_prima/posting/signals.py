"""SIGTERM and Ctrl-C during a run: what is under way finishes, nothing new starts, then the signal goes on.

What does not belong here: anything outside a run; before and after it the process ends as usual.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# What is under way may finish for so long; then it is recorded as unclear. Service managers wait longer.
GRACE_SECONDS = 4

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextlib.contextmanager
def graceful_stop(
    stop: Callable[[str], None], cut_short: Callable[[], None]
) -> Iterator[list[signal.Signals]]:
    """Within the block a signal calls `stop`, and `cut_short` when the grace is over; yields what came.

    Only the main thread gets signals; in any other the block does nothing.
    """
    received: list[signal.Signals] = []
    if threading.current_thread() is not threading.main_thread():
        yield received
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def on_signal(number: signal.Signals) -> None:
        received.append(number)
        stop(f"stopped by {number.name}")
        loop.call_later(GRACE_SECONDS, cut_short)

    for number in _SIGNALS:
        loop.add_signal_handler(number, on_signal, number)
    try:
        yield received
    finally:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)
