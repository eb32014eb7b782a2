"""Run many independent tasks here, in processes or on a Dask cluster, so that a crash resumes.

A task is a key and arguments of one function; what it returns is an array. Finished tasks are kept as files, written to
a temporary name and moved, so a half-written result is never read. A killed worker costs one retry of its task; a
killed coordinator resumes from the files. The answer does not depend on where or in which order tasks ran.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kanryu.core.errors import EngineError, InputError, optional

Array = npt.NDArray[Any]
Task = Callable[..., Array]
Progress = Callable[[int, int], None]

ATTEMPTS = 3


def run_tasks(
    function: Task,
    tasks: Mapping[str, tuple[Any, ...]],
    *,
    workers: int = 1,
    scheduler: str | None = None,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Array]:
    """Results of `function(*arguments)` for every task, in the order of the tasks.

    Parameters
    ----------
    function : module-level function that returns one array
    workers : processes on this machine; 1 runs here
    scheduler : address of a Dask scheduler; used instead of local processes
    keep : folder for finished tasks; those found there are not run again
    progress : called with (finished, all)

    Raises
    ------
    EngineError
        A task failed `ATTEMPTS` times for reasons of the machinery (errors of the task itself are raised as they are).
    InputError
        The folder cannot be written.
    """
    done: dict[str, Array] = {}
    if keep is not None:
        try:
            keep.mkdir(parents=True, exist_ok=True)
        except OSError as cause:
            raise InputError(key="engine.folder", path=str(keep), cause=cause.strerror or str(cause)) from cause
        for key in tasks:
            found = load_array(keep / f"{key}.npy")
            if found is not None:
                done[key] = found
    _tell(progress, len(done), len(tasks))

    def finish(key: str, result: Array) -> None:
        if keep is not None:
            save_array(keep / f"{key}.npy", result)
        done[key] = result
        _tell(progress, len(done), len(tasks))

    left = {key: arguments for key, arguments in tasks.items() if key not in done}
    if scheduler:
        _on_cluster(function, left, scheduler, finish)
    elif workers <= 1 or len(left) <= 1:
        for key, arguments in left.items():
            finish(key, function(*arguments))
    else:
        _in_processes(function, left, workers, finish)
    return {key: done[key] for key in tasks}


def load_array(path: Path) -> Array | None:
    """A kept array, or None when there is none or it is damaged (it is then computed again)."""
    try:
        found: Array = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return found


def save_array(path: Path, array: Array) -> None:
    """Write an array so that the file is whole or not there.

    Raises
    ------
    InputError
        The disk is full or the folder cannot be written; no part of the file is left behind.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            np.save(file, array)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as cause:
        temporary.unlink(missing_ok=True)
        raise InputError(key="engine.folder", path=str(path.parent), cause=cause.strerror or str(cause)) from cause


def _tell(progress: Progress | None, finished: int, everything: int) -> None:
    if progress is not None:
        progress(finished, everything)


def _in_processes(
    function: Task, tasks: dict[str, tuple[Any, ...]], workers: int, finish: Callable[[str, Array], None]
) -> None:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    left = dict(tasks)
    for attempt in range(1, ATTEMPTS + 1):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(workers, len(left)), mp_context=context) as pool:
            futures = {pool.submit(function, *arguments): key for key, arguments in left.items()}
            try:
                for future in as_completed(futures):
                    key = futures[future]
                    finish(key, future.result())
                    left.pop(key)
            except BrokenProcessPool as cause:
                if attempt == ATTEMPTS:
                    raise EngineError(key="engine.worker_died", task=next(iter(left)), attempt=attempt) from cause
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        if not left:
            return


def _on_cluster(
    function: Task, tasks: dict[str, tuple[Any, ...]], scheduler: str, finish: Callable[[str, Array], None]
) -> None:
    distributed = optional("distributed")
    try:
        client = distributed.Client(scheduler, timeout=10)
    except (OSError, ValueError) as cause:
        raise EngineError(key="engine.no_scheduler", address=scheduler, cause=str(cause)) from cause
    with client:
        attempts = dict.fromkeys(tasks, 1)

        def submit(key: str) -> Any:
            return client.submit(function, *tasks[key], pure=False, retries=ATTEMPTS)

        futures = {submit(key): key for key in tasks}
        waiting = distributed.as_completed(list(futures))
        for future in waiting:
            key = futures.pop(future)
            try:
                result = future.result()
            except (distributed.KilledWorker, distributed.client.FutureCancelledError) as cause:
                # the worker died with the task: it goes to another one, unless it seems to kill them all
                attempts[key] += 1
                if attempts[key] > ATTEMPTS:
                    raise EngineError(key="engine.worker_died", task=key, attempt=ATTEMPTS) from cause
                again = submit(key)
                futures[again] = key
                waiting.add(again)
                continue
            future.release()
            finish(key, result)
