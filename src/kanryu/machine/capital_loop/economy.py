"""Agents, instruments and flows of the capital loop (definitions/machine, sections 2 to 4)."""

from __future__ import annotations

from kanryu.machine.books.chart import Chart, Instrument
from kanryu.machine.books.verbs import Flow

GROUPS: dict[str, tuple[str, ...]] = {
    "vendors": ("nvidia", "amd"),
    "upstream": ("sector-upstream",),
    "hyperscalers": ("microsoft", "alphabet", "amazon", "meta", "oracle"),
    "neoclouds": ("coreweave", "sector-neoclouds"),
    "labs": ("openai", "anthropic", "sector-labs"),
    "adopters": ("sector-payments", "sector-carmakers", "sector-retail", "sector-logistics", "sector-advertising"),
    "startups": ("sector-ai-apps", "sector-climate", "sector-biotech", "sector-other-startups"),
    "venture": ("sector-venture",),
    "index": ("sector-index-funds",),
    "active": ("sector-active-funds",),
    "bear": ("scion",),
    "banks": ("sector-banks",),
    "government": ("us-government",),
    "outside": ("sector-outside",),
}
MACHINE = ("vendors", "hyperscalers", "neoclouds", "labs")
HOSTS = "hyperscalers+neoclouds"
OWNERS = "hyperscalers+neoclouds+labs"
FUNDS = ("sector-venture", "sector-index-funds", "sector-active-funds", "scion")
OUTSIDE, BANKS, STATE = "sector-outside", "sector-banks", "us-government"
VENTURE, INDEX, ACTIVE, BEAR = FUNDS
APPS = "sector-ai-apps"

INSTRUMENTS = (
    Instrument(
        name="loans",
        kind="claim",
        holders=(BANKS,),
        issuers=("hyperscalers", "neoclouds", "adopters"),
        valued_at="par less write-off",
    ),
    Instrument(
        name="supplier_credit",
        kind="claim",
        holders=("vendors",),
        issuers=("neoclouds",),
        valued_at="par less write-off",
    ),
    Instrument(
        name="invoices",
        kind="claim",
        holders=("hyperscalers", "neoclouds"),
        issuers=("labs",),
        valued_at="par less write-off",
    ),
    Instrument(name="government_debt", kind="claim", holders=(BANKS,), issuers=(STATE,)),
    Instrument(
        name="venture_equity", kind="claim", holders=(VENTURE,), issuers=("startups",), valued_at="cost less write-off"
    ),
    Instrument(name="fund_units", kind="claim", holders=(OUTSIDE,), issuers=FUNDS, valued_at="net asset value"),
    Instrument(
        name="lab_shares",
        kind="shares",
        holders=("vendors", "hyperscalers", VENTURE, OUTSIDE),
        issuers=("labs",),
        valued_at="last round mark x shares",
    ),
    Instrument(
        name="listed_shares",
        kind="shares",
        holders=(INDEX, ACTIVE, BEAR, OUTSIDE, "nvidia"),
        issuers=("vendors", "hyperscalers", "neoclouds", "adopters"),
        valued_at="market price x shares",
    ),
    Instrument(
        name="chips",
        kind="real",
        holders=("hyperscalers", "neoclouds", "labs"),
        valued_at="cost less book depreciation",
    ),
    Instrument(
        name="shells", kind="real", holders=("hyperscalers", "neoclouds"), valued_at="cost less book depreciation"
    ),
)


def _pay(name: str, number: int, payer: str, payee: str, word: str) -> Flow:
    return Flow(name=name, number=number, verb="pay", payer=payer, payee=payee, word=word)


def _financial(name: str, number: int, verb: str, payer: str, payee: str, instrument: str, word: str) -> Flow:
    return Flow(name=name, number=number, verb=verb, payer=payer, payee=payee, instrument=instrument, word=word)


def _trade(name: str, buyer: str, seller: str, issuers: str) -> Flow:
    return Flow(
        name=name,
        number=23,
        verb="trade",
        payer=buyer,
        payee=seller,
        instrument="listed_shares",
        issuers=issuers,
        word="share_trade",
    )


LISTED = "vendors+hyperscalers+neoclouds+adopters"
CASH_FLOWS = (
    _pay("core_cash_flow", 1, OUTSIDE, "hyperscalers", "core_cash_flow"),
    _pay("adopter_margin", 1, OUTSIDE, "adopters", "core_cash_flow"),
    _pay("startup_sales", 1, OUTSIDE, "startups", "core_cash_flow"),
    _pay("models_adopters", 2, "adopters", "labs", "purchase_service"),
    _pay("models_apps", 2, APPS, "labs", "purchase_service"),
    _pay("subscriptions", 2, OUTSIDE, "labs", "purchase_service"),
    _pay("cloud_adopters", 3, "adopters", HOSTS, "purchase_service"),
    _pay("cloud_apps", 3, APPS, HOSTS, "purchase_service"),
    _pay("cloud_outside", 3, OUTSIDE, HOSTS, "purchase_service"),
    _pay("integration", 4, "adopters", OUTSIDE, "operating_cost"),
    _pay("realised_return", 5, OUTSIDE, "adopters", "operating_cost"),
    _pay("revenue_share", 7, "openai", "microsoft", "revenue_share"),
    _pay("guarantee_called", 8, "nvidia", "neoclouds", "guarantee_backstop"),
    _pay("chips_others", 10, OUTSIDE, "vendors", "purchase_goods"),
    _pay("chips_state", 10, STATE, "vendors", "purchase_goods"),
    _pay("vendor_other_sales", 10, OUTSIDE, "vendors", "purchase_goods"),
    _pay("cost_of_goods", 12, "vendors", "sector-upstream", "operating_cost"),
    _pay("upstream_cost", 12, "sector-upstream", OUTSIDE, "operating_cost"),
    _pay("vendor_cost", 12, "vendors", OUTSIDE, "operating_cost"),
    _pay("lab_wages", 13, "labs", OUTSIDE, "wages"),
    _pay("lab_other_cost", 13, "labs", OUTSIDE, "operating_cost"),
    _pay("startup_cost", 13, "startups", OUTSIDE, "wages"),
    _pay("power", 14, HOSTS, OUTSIDE, "operating_cost"),
    _pay("interest", 15, HOSTS, BANKS, "interest"),
    _pay("interest_adopters", 15, "adopters", BANKS, "interest"),
    _pay("bank_payout", 15, BANKS, OUTSIDE, "payout"),
    _pay("tax_vendors", 16, "vendors", STATE, "tax"),
    _pay("tax_hyperscalers", 16, "hyperscalers", STATE, "tax"),
    _pay("subsidy", 16, STATE, HOSTS, "subsidy"),
    _pay("adopter_payout", 24, "adopters", OUTSIDE, "payout"),
    _pay("upstream_payout", 24, "sector-upstream", OUTSIDE, "payout"),
    _pay("vendor_payout_funds", 24, "vendors", "index+active", "payout"),
    _pay("vendor_payout", 24, "vendors", OUTSIDE, "payout"),
    _pay("hyperscaler_payout_funds", 24, "hyperscalers", "index+active", "payout"),
    _pay("hyperscaler_payout", 24, "hyperscalers", OUTSIDE, "payout"),
    _pay("stock_loan_fee", 25, BEAR, INDEX, "stock_loan_fee"),
    _pay("option_premium", 25, BEAR, BANKS, "stock_loan_fee"),
    _pay("option_payoff", 25, BANKS, BEAR, "stock_loan_fee"),
)
CAPITAL_FLOWS = (
    _financial("chips_hosts", 9, "buy_capital", HOSTS, "vendors", "chips", "purchase_goods"),
    Flow(
        name="chips_credit",
        number=21,
        verb="bill_capital",
        payer="neoclouds",
        payee="vendors",
        instrument="supplier_credit",
        asset="chips",
        word="purchase_goods",
    ),
    _financial("chips_labs", 9, "buy_capital", "labs", "vendors", "chips", "purchase_goods"),
    _financial("servers", 9, "buy_capital", HOSTS, "sector-upstream", "chips", "purchase_goods"),
    _financial("construction", 11, "buy_capital", HOSTS, OUTSIDE, "shells", "purchase_goods"),
    _financial("fire_sale", 28, "buy_used", "hyperscalers", "neoclouds", "chips", "asset_sale"),
    _financial("fire_sale_labs", 28, "buy_used", "hyperscalers", "labs", "chips", "asset_sale"),
    Flow(name="wear_chips", number=26, verb="depreciate", payer=OWNERS, instrument="chips", word="depreciation"),
    Flow(name="wear_shells", number=26, verb="depreciate", payer=HOSTS, instrument="shells", word="depreciation"),
    Flow(name="impairment", number=26, verb="depreciate", payer=OWNERS, instrument="chips", word="depreciation"),
    Flow(name="impairment_fire", number=28, verb="depreciate", payer=OWNERS, instrument="chips", word="depreciation"),
    Flow(name="shells_lost", number=28, verb="depreciate", payer=HOSTS, instrument="shells", word="depreciation"),
)
CLAIM_FLOWS = (
    _financial("compute_billed", 6, "bill", "labs", HOSTS, "invoices", "purchase_service"),
    _financial("compute_paid", 6, "repay", "labs", HOSTS, "invoices", "purchase_service"),
    _financial("vendor_to_labs", 17, "subscribe", "vendors", "labs", "lab_shares", "equity"),
    _financial("hyperscaler_to_labs", 17, "subscribe", "hyperscalers", "labs", "lab_shares", "equity"),
    _financial("vendor_to_neoclouds", 17, "subscribe", "nvidia", "neoclouds", "listed_shares", "equity"),
    _financial("venture_to_startups", 18, "subscribe", VENTURE, "startups", "venture_equity", "equity"),
    _financial("venture_to_labs", 18, "subscribe", VENTURE, "labs", "lab_shares", "equity"),
    _financial("outside_to_labs", 19, "subscribe", OUTSIDE, "labs", "lab_shares", "equity"),
    _financial("outside_to_neoclouds", 19, "subscribe", OUTSIDE, "neoclouds", "listed_shares", "equity"),
    _financial("bonds", 20, "lend", BANKS, "hyperscalers", "loans", "debt"),
    _financial("bonds_repaid", 20, "repay", "hyperscalers", BANKS, "loans", "repayment"),
    _financial("loans", 20, "lend", BANKS, "neoclouds", "loans", "debt"),
    _financial("bridge_loan", 20, "lend", BANKS, "neoclouds", "loans", "debt"),
    _financial("loans_recovered", 28, "repay", "neoclouds", BANKS, "loans", "repayment"),
    _financial("loans_repaid", 20, "repay", "neoclouds", BANKS, "loans", "repayment"),
    _financial("state_borrowing", 20, "lend", BANKS, STATE, "government_debt", "debt"),
    _financial("supplier_repaid", 21, "repay", "neoclouds", "vendors", "supplier_credit", "repayment"),
    _financial("units_venture", 22, "subscribe", OUTSIDE, VENTURE, "fund_units", "fund_units"),
    _financial("units_index", 22, "subscribe", OUTSIDE, INDEX, "fund_units", "fund_units"),
    _financial("units_active", 22, "subscribe", OUTSIDE, ACTIVE, "fund_units", "fund_units"),
    _financial("redeem_active", 22, "redeem", ACTIVE, OUTSIDE, "fund_units", "fund_units"),
    _financial("redeem_bear", 22, "redeem", BEAR, OUTSIDE, "fund_units", "fund_units"),
    _trade("index_buys", INDEX, ACTIVE, LISTED),
    _trade("active_buys", ACTIVE, OUTSIDE, LISTED),
    _trade("active_sells", OUTSIDE, ACTIVE, LISTED),
    _trade("bear_sells", ACTIVE, BEAR, "nvidia"),
    _trade("bear_covers", BEAR, ACTIVE, "nvidia"),
    Flow(name="mark_labs", number=27, verb="mark", payer="labs", instrument="lab_shares", word="revaluation"),
    Flow(name="mark_listed", number=27, verb="mark", payer=LISTED, instrument="listed_shares", word="revaluation"),
    Flow(name="mark_failed_labs", number=27, verb="mark", payer="labs", instrument="lab_shares", word="revaluation"),
    Flow(
        name="mark_units",
        number=27,
        verb="revalue",
        payer="venture+index+active+bear",
        payee=OUTSIDE,
        instrument="fund_units",
        word="revaluation",
    ),
    Flow(
        name="invoices_lost",
        number=28,
        verb="write_off",
        payer="labs",
        payee=HOSTS,
        instrument="invoices",
        word="write_off",
    ),
    Flow(
        name="loans_lost",
        number=28,
        verb="write_off",
        payer="neoclouds",
        payee=BANKS,
        instrument="loans",
        word="write_off",
    ),
    Flow(
        name="supplier_lost",
        number=28,
        verb="write_off",
        payer="neoclouds",
        payee="vendors",
        instrument="supplier_credit",
        word="write_off",
    ),
    Flow(
        name="venture_lost",
        number=28,
        verb="write_off",
        payer="startups",
        payee=VENTURE,
        instrument="venture_equity",
        word="write_off",
    ),
    # an overdraft that the bank gives up: the bank credits the account, nobody else is paid
    Flow(name="overdraft_lost", number=28, verb="pay", payer=BANKS, payee="neoclouds+labs", word="write_off"),
    Flow(name="promised", number=0, verb="promise", payer="labs", payee=HOSTS, register="backlog", word="promise"),
    Flow(name="delivered", number=0, verb="deliver", payer="labs", payee=HOSTS, register="backlog", word="promise"),
    Flow(name="voided", number=0, verb="void", payer="labs", payee=HOSTS, register="backlog", word="promise"),
)
FLOWS = (*CASH_FLOWS, *CAPITAL_FLOWS, *CLAIM_FLOWS)
NOT_PAYMENTS = ("write_off",)


def chart() -> Chart:
    """The table of accounts of the capital loop."""
    return Chart(GROUPS, INSTRUMENTS)
