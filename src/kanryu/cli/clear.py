"""`kanryu clear`: who can pay whom."""

from __future__ import annotations

from typing import Any

import click

from kanryu.cli.shell import answers
from kanryu.core.problems import Place, problem
from kanryu.stress.clearing import Clearing, clear, from_names

RESULT = Clearing


@click.argument("obligations")
@click.argument("outside")
@click.option("--alpha", type=float, default=1.0, show_default=True, help="Outside assets left after a failure.")
@click.option("--beta", type=float, default=1.0, show_default=True, help="Receipts left after a failure.")
@click.option("--stakes", help="Table owner,issuer,share of holdings in each other's equity.")
@click.option("--backstops", help="Table guarantor,debtor,creditor,cap,rank of guarantees.")
@click.option("--exact", is_flag=True, help="Solve in fractions and verify (small webs).")
def _clear(
    lang: str,
    obligations: str,
    outside: str,
    alpha: float,
    beta: float,
    stakes: str | None,
    backstops: str | None,
    exact: bool,
) -> Any:
    from kanryu.formats import obligations as tables
    from kanryu.report.stress_clear import text

    debts = tables.read_debts(obligations)
    assets, _ = tables.read_values(outside, ("amount", "assets", "outside", "value"))
    known = dict.fromkeys([*debts.src, *debts.dst, *assets])
    holdings = tables.read_stakes(stakes, list(known)) if stakes else []
    guarantees = tables.read_backstops(backstops, debts) if backstops else []
    web = from_names(
        list(zip(debts.src, debts.dst, debts.amount, debts.rank)), assets, stakes=holdings, backstops=guarantees
    )
    inputs = {"obligations": obligations, "outside": outside, "stakes": stakes or "", "backstops": backstops or ""}
    result = clear(web, alpha=alpha, beta=beta, exact=exact, inputs=inputs)
    without = [name for name in dict.fromkeys(debts.src) if name not in assets]
    problems = [
        problem("outside-missing", "warning", Place(file=outside), "stress.outside_missing", found=name)
        for name in without[:20]
    ]
    return result, lambda lang: text(result, lang), problems


command = answers("clear")(_clear)
