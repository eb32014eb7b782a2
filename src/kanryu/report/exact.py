"""Amounts of a ledger as they are: not rounded to three digits, because an auditor will look for them."""

from __future__ import annotations


def units(value: float | None, decimals: int = 2) -> str:
    """An amount with thousands separators; whole amounts without decimals, "-" when there is none.

    Examples
    --------
    >>> units(1234567.0), units(26.666666), units(None)
    ('1,234,567', '26.67', '-')
    """
    if value is None:
        return "-"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.{decimals}f}"
