"""A case small enough to work out by hand: a chip maker, a lab, a cloud, a bank."""

from decimal import Decimal

from kanryu.case.records import Case, Entity, Event, Figure, Leg, Source, Stake
from kanryu.core.dates import parse_date
from kanryu.core.money import Amount

SOURCE = Source("https://example.org/filing", "Example", parse_date("2025-01-01"), "A")


def entity(name: str, role: str) -> Entity:
    return Entity(name, name.title(), name, "company", role)


def amount(low, central=..., high=..., basis="total") -> Amount:
    central = low if central is ... else central
    high = low if high is ... else high
    made = [None if x is None else Decimal(x) for x in (low, central, high)]
    return Amount(*made, "USD", basis)


def leg(key: str, payer: str, payee: str, instrument: str, value: Amount, **more) -> Leg:
    deal, number = key.split(":")
    return Leg(deal, number, payer, payee, instrument, value, parse_date("2025-01"), parse_date("2027-12"), **more)


def event(key: str, day: str, status: str, value=None, known: str | None = None, **more) -> Event:
    deal, number = key.split(":")
    made = Amount() if value is None else amount(value)
    return Event(deal, number, parse_date(day), parse_date(known or day), status, made, "", SOURCE, **more)


def small_case() -> Case:
    """Chips put 10 into Lab (4 paid), guarantee 5 for Cloud; Lab buys 6-8 from Chips, 20 from Cloud (talked);
    Bank lends 3 to Cloud; Cloud bought 2 of goods from Chips (paid), and something undisclosed (bound)."""
    return Case(
        id="small",
        title_en="Small",
        title_ja="小",
        currency="USD",
        entities=(
            entity("chips", "chips"),
            entity("lab", "labs"),
            entity("cloud", "clouds"),
            entity("bank", "capital"),
        ),
        legs=(
            leg("stake:1", "chips", "lab", "equity", amount(10)),
            leg("stake:2", "lab", "chips", "purchase_goods", amount(6, None, 8)),
            leg("cloud:1", "lab", "cloud", "purchase_service", amount(20)),
            leg("loan:1", "bank", "cloud", "debt", amount(3)),
            leg("back:1", "chips", "cloud", "guarantee_backstop", amount(5, basis="contingent")),
            leg("goods:1", "cloud", "chips", "purchase_goods", amount(2)),
            leg("goods:2", "cloud", "chips", "purchase_goods", amount(None)),
            leg("gone:1", "bank", "lab", "debt", amount(7)),
        ),
        events=(
            event("stake:1", "2025-02-01", "signed", 10),
            event("stake:1", "2025-03-01", "paid_part", 4),
            event("stake:2", "2025-02-01", "signed"),
            event("cloud:1", "2025-04-01", "announced", 20),
            event("loan:1", "2025-01-15", "signed", 3),
            event("back:1", "2025-01-15", "signed"),
            event("goods:1", "2025-05-01", "signed", 2),
            event("goods:1", "2025-06-01", "paid_full", 2),
            event("goods:2", "2025-05-01", "signed"),
            event("gone:1", "2025-01-10", "announced", 7),
            event("gone:1", "2025-07-01", "cancelled"),
        ),
        stakes=(Stake("chips", "lab", parse_date("2025-02-01"), SOURCE, Decimal(10), None, parse_date("2025-02-01")),),
        figures=(
            Figure("chips", "gross_margin", "2024", "percent", SOURCE, Decimal(50), "", parse_date("2024")),
            Figure("lab", "valuation", "2025-02", "USD", SOURCE, Decimal(150), "", parse_date("2025-02")),
            Figure("lab", "valuation", "2025 (seed)", "USD", Source("seed:essay"), Decimal(999), "", None),
        ),
    )
