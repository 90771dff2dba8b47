"""Numbers of a history as text: rounding happens here."""

from __future__ import annotations


def percent(share: float) -> str:
    """Return a chance in percent, two figures of it."""
    if share >= 0.0995:
        return f"{100 * share:.0f} %"
    return f"{100 * share:.2g} %" if share >= 0.0001 else "below 0.01 %"


def signed(nats: float) -> str:
    """Return a number of nats with its sign."""
    return f"{nats:+.2f}".replace("-", "−")


def fine(nats: float) -> str:
    """Return a number of nats with its sign, to two figures where it is small."""
    return signed(nats) if abs(nats) >= 0.0095 or not nats else f"{nats:+.1g}".replace("-", "−")


def short(value: float | str) -> str:
    """Return a value in three figures."""
    return value.replace("_", " ") if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """Return a number in three figures, never with an exponent."""
    if value and abs(value) < 0.0005:
        return f"{value:.1g}".replace("-", "−") if abs(value) >= 1e-5 else "below 0.00001"
    text = f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return text.replace("-", "−")
