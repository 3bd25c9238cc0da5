"""What the leader's exit and the Chinese controls do in a run, window by window, over twins without them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from tests.evidence import observables as obs
from tests.evidence.groups import BASE, MILITARY_RU, MILITARY_UA, RUSSIAN_FIRMS
from tests.evidence.rows import Run, mean


def deliveries(run: Run, side: str, first: date, last: date) -> float:
    """Units of foreign craft that a side's end users get in a window, entry class apart, a month."""
    wanted = obs.quadcopters(run.records, obs.facts()["D32"].value)
    table = obs.mean_series(run.records, "delivered", side, first, last)
    kept = [p in wanted for p in run.records.world.names.products]
    return float(table[kept].sum()) * obs.ticks_a_month(run.records)


def paid(run: Run, groups: Sequence[str], products: Sequence[str], first: date, last: date) -> float:
    """Mean landed price that buyers of some groups pay for some products in a window, US dollars."""
    rows = obs.within(run.book, first, last)
    rows = rows[rows["buyer_group"].isin(groups) & rows["product"].isin(products) & (rows["value"] > 0.0)]
    return float(rows["landed"].sum() / rows["units"].sum()) if len(rows) else float("nan")


def indirect(run: Run, first: date, last: date) -> float:
    """Share of quadcopters entering Russia that did not come straight from China."""
    wanted = obs.quadcopters(run.records, obs.facts()["D32"].value)
    rows = obs.within(run.book, first, last)
    rows = rows[
        (rows["destination"] == "RU") & (rows["origin"] != "RU") & rows["product"].isin(wanted) & ~rows["seized"]
    ]
    return obs.share(rows, (rows["origin"] != "CN") | ~rows["straight"], by="units")


def chain(run: Run, first: date, last: date) -> float:
    """Mean firms between maker and Russian buyer, quadcopters bought by military buyers and civil users."""
    wanted = obs.quadcopters(run.records, obs.facts()["D32"].value)
    rows = obs.within(run.book, first, last)
    rows = rows[rows["buyer_group"].isin((*MILITARY_RU, "ru_civil")) & rows["product"].isin(wanted)]
    return float((rows["chain_length"] * rows["units"]).sum() / rows["units"].sum())


def shop_index(run: Run, event: date, first: date, last: date) -> float:
    """Prices paid for quadcopters in Russian shops in a window, over those of the eight weeks before an event."""
    rows = run.book[run.book["seller_group"] == "ru_retailers"]
    wanted = obs.quadcopters(run.records, obs.facts()["D32"].value)
    return obs.price_ratio(rows, (event - BASE, event - timedelta(days=1)), (first, last), wanted)


def windows(start: date, lengths: Sequence[int], step: int) -> list[tuple[date, date]]:
    """Windows of `step` days that begin so many days after a date."""
    return [(start + timedelta(days=d), start + timedelta(days=d + step - 1)) for d in lengths]


def _over(pairs: Iterable[tuple[float, float]]) -> str:
    """Mean ratio of pairs, with its range."""
    ratios = [a / b for a, b in pairs if b]
    return f"{np.mean(ratios):.2f} ({min(ratios):.2f} – {max(ratios):.2f})" if ratios else "none"


def exit_table(runs: Sequence[Run], twins: Sequence[Run]) -> list[str]:
    """What the leader's exit does: quarter by quarter, over a twin without it."""
    left = obs.facts()["F11"].first
    lines = [
        "| from | share of quadcopters into Russia by third states | firms in a Russian chain | "
        "Russian shop price ÷ before | Russian price ÷ twin | deliveries to Russia ÷ twin | to Ukraine ÷ twin |",
        "|---|---|---|---|---|---|---|",
    ]
    shops = ("ru_civil", *MILITARY_RU)
    for first, last in windows(left, (-91, 0, 91, 182, 273, 364), 91):
        pairs = list(zip(runs, twins, strict=True))
        price = (
            (paid(r, shops, ("consumer",), first, last), paid(t, shops, ("consumer",), first, last)) for r, t in pairs
        )
        sides = [
            _over((deliveries(r, side, first, last), deliveries(t, side, first, last)) for r, t in pairs)
            for side in ("russia", "ukraine")
        ]
        cells = (
            first.isoformat(),
            mean(indirect(r, first, last) for r in runs),
            mean(chain(r, first, last) for r in runs),
            mean(shop_index(r, left, first, last) for r in runs),
            _over(price),
            *sides,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def controls_table(runs: Sequence[Run], twins: Sequence[Run]) -> list[str]:
    """What the Chinese controls of 2023 do: quarter by quarter, over a twin without them."""
    announced = obs.facts()["D20"].first
    lines = [
        "| from | deliveries to Russia ÷ twin | to Ukraine ÷ twin | to civil users ÷ twin | price Russia ÷ twin | "
        "price Ukraine ÷ twin | units held by Russian firms ÷ twin |",
        "|---|---|---|---|---|---|---|",
    ]
    pairs = list(zip(runs, twins, strict=True))
    for first, last in windows(announced, (-60, 0, 32, 92, 153, 214, 275, 336, 397, 457), 61):
        sides = [
            _over((deliveries(r, side, first, last), deliveries(t, side, first, last)) for r, t in pairs)
            for side in ("russia", "ukraine", "civil")
        ]
        price = [
            _over(
                (paid(r, groups, ("consumer",), first, last), paid(t, groups, ("consumer",), first, last))
                for r, t in pairs
            )
            for groups in (MILITARY_RU, MILITARY_UA)
        ]
        held = _over((held_in_russia(r, first, last), held_in_russia(t, first, last)) for r, t in pairs)
        lines.append("| " + " | ".join((first.isoformat(), *sides, *price, held)) + " |")
    return lines


def held_in_russia(run: Run, first: date, last: date) -> float:
    """Quadcopters held by Russian importers and shops, mean over a window."""
    names = run.records.world.names
    days = obs.tick_dates(run.records)
    kept = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
    stock = np.asarray(run.records.series["trader_stock"], np.float64)[kept].mean(axis=0)
    wanted = obs.quadcopters(run.records, obs.facts()["D32"].value)
    return float(sum(stock[names.groups.index(g), names.products.index(p)] for g in RUSSIAN_FIRMS for p in wanted))
