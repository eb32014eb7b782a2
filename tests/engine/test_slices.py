"""A ledger searched in slices, in processes and on a cluster whose parts are killed: always the same bytes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kanryu.core.errors import InputError, LimitReached
from kanryu.flows.generate import Plan, generate, rings_of
from kanryu.follow.time_loops import count_time_loops, participation
from kanryu.follow.time_loops_list import list_time_loops
from kanryu.follow.time_loops_table import loop_table
from kanryu.formats.ledger_answers import loops_in_slices
from kanryu.formats.ledger_parts import write_generated
from kanryu.formats.payments import read_payments

PLAN = Plan(rows=30_000, accounts=600, communities=20, rings=25, activity=2.5, span=10 * 86400, ring_window=7200)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "ledger.parquet"
    write_generated(PLAN, path)
    return path


def test_generated_rings_are_the_only_loops_of_a_quiet_ledger(tmp_path: Path) -> None:
    plan = Plan(rows=20_000, accounts=500, communities=5, rings=40, acyclic=True, seed=9)
    written = write_generated(plan, tmp_path / "quiet.parquet")
    ledger = read_payments(tmp_path / "quiet.parquet")
    found = count_time_loops(ledger, plan.ring_window)
    assert {str(k): v for k, v in found.counts.items()} == written.by_length
    assert sum(found.counts.values()) == 40
    rings = rings_of(plan)
    first_payers = {str(rings.src[rings.ring == number][0]) for number in range(plan.rings)}
    roots = {ledger.accounts[ledger.src[loop[0]]] for loop in list_time_loops(ledger, plan.ring_window).loops}
    assert roots == first_payers


def test_the_same_seed_makes_the_same_ledger_in_order_of_time(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        write_generated(PLAN, tmp_path / name)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    times = np.concatenate([part.t for part in generate(PLAN)])
    assert np.all(np.diff(times) >= 0)
    write_generated(PLAN, tmp_path / "folder")
    assert read_payments(tmp_path / "folder").m == read_payments(tmp_path / "a.csv").m == times.size


@pytest.mark.parametrize(
    ("slices", "length", "ties"), [(1, 5, "strict"), (7, 5, "strict"), (4, 4, "ledger"), (5, None, "strict")]
)
def test_slices_change_nothing(ledger: Path, tmp_path: Path, slices: int, length: int | None, ties: str) -> None:
    whole = read_payments(ledger)
    counts, shares = participation(whole, 7200, ties=ties, max_length=length)
    out, table = tmp_path / "out.parquet", tmp_path / "loops.parquet" if length else None
    found = loops_in_slices(
        str(ledger), 7200, ties=ties, max_length=length, slices=slices, top=5, participation_to=out, loops_to=table
    )
    assert found.slices >= slices
    assert {int(k): v for k, v in found.counts.items()} == counts.counts
    assert found.total > 1000
    written = pl.read_parquet(out)
    assert written["participation"].to_numpy()[whole.row].tolist() == shares.tolist()
    assert written.drop("participation").equals(pl.read_parquet(ledger))
    if table is not None:
        loops = pl.read_parquet(table)
        assert dict(loops["length"].value_counts().iter_rows()) == counts.counts
        assert loops["bottleneck"].sort(descending=True)[:5].to_list() == [loop.bottleneck for loop in found.loops]
        assert loops["start"].is_sorted()


def test_what_cannot_be_done_is_said_before_the_work(ledger: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one window alone"):
        loops_in_slices(str(ledger), 10**6, memory=251_000_000)
    with pytest.raises(InputError, match="can be written down"):
        loops_in_slices(str(ledger), 7200, loops_to=tmp_path / "x.parquet")
    with pytest.raises(LimitReached, match="too many to write down"):
        loop_table(read_payments(ledger), 7200, max_length=4, most=10)
    bad = tmp_path / "bad.parquet"
    frame = pl.read_parquet(ledger)
    frame.with_columns(pl.when(pl.col("t") % 1000 == 7).then(-5).otherwise("amount").alias("amount")).write_parquet(bad)
    with pytest.raises(InputError) as caught:
        loops_in_slices(str(bad), 7200)
    assert [p.code for p in caught.value.problems] == ["payments-negative"]


def test_a_damaged_or_missing_kept_slice_is_computed_again(ledger: Path, tmp_path: Path) -> None:
    keep = tmp_path / "keep"
    first = loops_in_slices(str(ledger), 7200, max_length=4, slices=4, keep=keep)
    files = sorted(keep.glob("*.npy"))
    assert len(files) >= 4
    files[0].write_bytes(files[0].read_bytes()[:-20])
    files[1].unlink()
    stamp = files[2].stat().st_mtime_ns
    assert loops_in_slices(str(ledger), 7200, max_length=4, slices=4, keep=keep) == first
    assert files[2].stat().st_mtime_ns == stamp


def run(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)


def wait_for(is_true: object, what: str) -> None:
    for _ in range(1200):
        if is_true():  # type: ignore[operator]
            return
        time.sleep(0.05)
    pytest.fail(f"waited too long for {what}")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Cluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"tcp://127.0.0.1:{free_port()}"
        port = self.address.rsplit(":", 1)[1]
        common = {"cwd": folder, "env": {**os.environ, "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "false"}}
        self.scheduler = run(
            "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", **common
        )
        self.workers = [
            run("-m", "distributed.cli.dask_worker", self.address, "--nworkers", "1", "--nthreads", "1", "--no-nanny",
                "--no-dashboard", **common)
            for _ in range(2)
        ]  # fmt: skip

    def close(self) -> None:
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.close()


def coordinator(ledger: Path, out: Path, keep: Path, scheduler: str) -> subprocess.Popen[bytes]:
    return run(
        "-c", "from kanryu.cli import main; main()", "loops", str(ledger), "--window", "7200", "--max-length", "5",
        "--slices", "12", "--keep", str(keep), "--participation-to", str(out), "--scheduler", scheduler, "--json",
    )  # fmt: skip


def test_killed_workers_and_a_killed_coordinator_leave_the_same_bytes(
    ledger: Path, cluster: Cluster, tmp_path: Path
) -> None:
    """SIGKILL the coordinator after its first results, resume, SIGKILL a worker; compare with a run on this machine."""
    keep, out = tmp_path / "keep", tmp_path / "out.parquet"
    first = coordinator(ledger, out, keep, cluster.address)
    wait_for(lambda: len(list(keep.glob("*.npy"))) >= 2, "the first kept slices")
    first.send_signal(signal.SIGKILL)
    first.wait()
    kept = {path.name: path.stat().st_mtime_ns for path in keep.glob("*.npy")}
    assert 2 <= len(kept) < 12
    assert not out.exists()
    second = coordinator(ledger, out, keep, cluster.address)
    wait_for(lambda: len(list(keep.glob("*.npy"))) > len(kept), "a further slice")
    cluster.workers[0].send_signal(signal.SIGKILL)
    answer = json.loads(second.communicate(timeout=120)[0])
    assert second.returncode == 0
    assert all((keep / name).stat().st_mtime_ns == stamp for name, stamp in kept.items())
    here = tmp_path / "here.parquet"
    expected = loops_in_slices(str(ledger), 7200, max_length=5, slices=12, participation_to=here)
    assert answer["result"]["counts"] == expected.counts
    assert answer["result"]["complete"] is True
    assert out.read_bytes() == here.read_bytes()


def test_a_scheduler_that_does_not_answer_is_named(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kanryu.core.errors import EngineError

    distributed = pytest.importorskip("distributed")

    def refuse(*_: object, **__: object) -> None:
        raise OSError("connection refused")

    monkeypatch.setattr(distributed, "Client", refuse)
    with pytest.raises(EngineError, match=r"tcp://127\.0\.0\.1:1"):
        loops_in_slices(str(ledger), 7200, scheduler="tcp://127.0.0.1:1")


@pytest.mark.slow
def test_processes_on_this_machine_give_the_same(ledger: Path) -> None:
    one = loops_in_slices(str(ledger), 7200, max_length=4, slices=4)
    two = loops_in_slices(str(ledger), 7200, max_length=4, slices=4, workers=2)
    assert (one.counts, one.loops) == (two.counts, two.loops)
