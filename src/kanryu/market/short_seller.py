"""The short seller's problem (B1): notional is not money at risk, and being right too early loses.

A put's notional is underlying shares times price; what its holder can lose is the premium. A short sale can lose
without limit: it is closed when the loss has eaten the margin or when investors take their money back.
"""

from __future__ import annotations

import msgspec
import numpy as np

from kanryu.core.errors import InputError
from kanryu.market.simulate import generator_of


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Pay-off of one way to bet, as a share of the money put at risk at the start.

    stopped : share of paths closed early (margin call or lost patience)
    low, median, high : 5 %, 50 %, 95 % of paths
    """

    way: str
    mean: float
    low: float
    median: float
    high: float
    loses: float
    stopped: float


class ShortSeller(msgspec.Struct, frozen=True, kw_only=True):
    """Outcomes of four ways on the same paths, and how they depend on when the fall comes.

    by_delay : year in which the fall comes -> way -> median pay-off
    """

    outcomes: tuple[Outcome, ...]
    by_delay: dict[int, dict[str, float | None]]
    paths: int
    seed: int
    assumptions: dict[str, float]


def short_seller(
    *,
    seed: int,
    paths: int = 20_000,
    years: int = 4,
    rise_per_year: float = 0.35,
    volatility: float = 0.45,
    fall: float = 0.6,
    fall_chance_per_year: float = 0.3,
    borrow_per_year: float = 0.01,
    margin: float = 0.5,
    patience: float = 0.4,
    premium: float = 0.10,
    strike: float = 0.7,
    put_years: float = 2.0,
) -> ShortSeller:
    """Simulated pay-offs of selling short, buying puts, waiting for the fall to begin, and not playing.

    Parameters
    ----------
    rise_per_year, volatility : float
        Growth and standard deviation of the price while it is believed in.
    fall, fall_chance_per_year : float
        Depth of the fall (spread over six months) and the chance a year that it begins.
    borrow_per_year, margin, patience : float
        Cost of borrowed shares; cash held per unit sold; loss as a share of that cash at which investors leave.
    premium, strike, put_years : float
        Price of the put and its strike, both as shares of today's price, and its life.

    Returns
    -------
    ShortSeller
        Pay-offs per unit of money at risk: the margin for short sales, the premium for puts.

    Notes
    -----
    Monthly steps. All numbers are assumptions that can be set; none is estimated. The put is held to its end.
    """
    if not (0 < fall < 1 and margin > 0 and premium > 0 and paths >= 100 and years >= 1):
        raise InputError(key="market.short_input")
    generator = generator_of(seed, 11)
    months = years * 12
    begins = generator.geometric(1 - (1 - fall_chance_per_year) ** (1 / 12), paths)  # month in which the fall begins
    step = np.arange(1, months + 1)
    falling = (step[None, :] >= begins[:, None]) & (step[None, :] < begins[:, None] + 6)
    after = step[None, :] >= begins[:, None] + 6
    drift = np.where(falling, np.log(1 - fall) / 6, np.where(after, 0.0, np.log(1 + rise_per_year) / 12))
    noise = generator.standard_normal((paths, months)) * volatility / np.sqrt(12) - volatility**2 / 24
    price = np.exp(np.cumsum(drift + noise, axis=1))

    short, stopped = _short(price, np.ones(paths), np.zeros(paths, dtype=int), margin, patience, borrow_per_year)
    waited = begins + 3  # sells once the fall has been visible for a quarter
    entered = np.minimum(waited, months - 1)
    entry = price[np.arange(paths), entered - 1]
    wait, wait_stopped = _short(price, entry, entered, margin, patience, borrow_per_year)
    wait[waited >= months] = 0.0
    wait_stopped[waited >= months] = False
    expiry = min(months, round(put_years * 12)) - 1
    put = np.maximum(strike - price[:, expiry], 0) / premium - 1
    ways = {
        "short": (short, stopped),
        "put": (put, np.zeros(paths, dtype=bool)),
        "wait": (wait, wait_stopped),
        "abstain": (np.zeros(paths), np.zeros(paths, dtype=bool)),
    }
    outcomes = []
    for way, (result, closed) in ways.items():
        low, median, high = np.quantile(result, [0.05, 0.5, 0.95])
        outcomes.append(
            Outcome(
                way=way,
                mean=float(result.mean()),
                low=float(low),
                median=float(median),
                high=float(high),
                loses=float((result < 0).mean()),
                stopped=float(closed.mean()),
            )
        )
    by_delay: dict[int, dict[str, float | None]] = {}
    for year in range(1, years + 1):
        chosen = (begins > 12 * (year - 1)) & (begins <= 12 * year)
        by_delay[year] = {
            way: float(np.median(result[chosen])) if chosen.any() else None for way, (result, _) in ways.items()
        }
    return ShortSeller(
        outcomes=tuple(outcomes),
        by_delay=by_delay,
        paths=paths,
        seed=seed,
        assumptions={
            "years": years,
            "rise_per_year": rise_per_year,
            "volatility": volatility,
            "fall": fall,
            "fall_chance_per_year": fall_chance_per_year,
            "borrow_per_year": borrow_per_year,
            "margin": margin,
            "patience": patience,
            "premium": premium,
            "strike": strike,
            "put_years": put_years,
        },
    )


def _short(
    price: np.ndarray, entry: np.ndarray, entered: np.ndarray, margin: float, patience: float, borrow: float
) -> tuple[np.ndarray, np.ndarray]:
    """Pay-off of a short sale at `entry` in month `entered`, per unit of margin, and whether it was closed early."""
    paths, months = price.shape
    step = np.arange(1, months + 1)
    held = np.maximum(step[None, :] - entered[:, None], 0)
    gain = (1 - price / entry[:, None] - borrow * held / 12) / margin
    gain[held == 0] = 0.0
    closed = gain <= -patience
    stopped = closed.any(axis=1)
    last = np.where(stopped, closed.argmax(axis=1), months - 1)
    return gain[np.arange(paths), last], stopped
