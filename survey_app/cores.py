"""Work that one core would do piece by piece, spread over the cores of this machine.

For jobs and commands only: a page never starts processes.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
#: more hardly help, and each takes the memory of a program that draws
_MOST = 4


def on_cores(work: Callable[[T], R], pieces: Iterable[T]) -> Iterator[R]:
    """The results in the order of the pieces, as each is ready.

    `work` is a function of a module, and everything it takes and returns can be pickled. Its errors are
    raised here. Who stops asking for results stops the rest.
    """
    waiting = list(pieces)
    processes = min(os.cpu_count() or 1, len(waiting), _MOST)
    if processes < 2:
        yield from map(work, waiting)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_end_with_parent)
    try:
        yield from pool.map(work, waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """A job worker that was killed leaves nobody behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for, args=(parent.sentinel,), daemon=True).start()


def _wait_for(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
