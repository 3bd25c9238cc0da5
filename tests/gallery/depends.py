"""Writes what the baseline depends on into `scenarios/README.md`: ``python -m tests.gallery.depends SOBOL LHS``.

SOBOL is the folder of ``sim sweep baseline --design sobol --n 64 --seeds 1 --out SOBOL``, for the indices, LHS that of
``sim sweep baseline --design lhs --n 40 --seeds 4 --out LHS``, which tells luck from parameters. What comes of them is
kept beside the page, in `sensitivity.csv` and `variance.csv`; the page's table and the picture are made of these.
"""

from __future__ import annotations

import argparse
import io
import re
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
from PIL import Image

import sim
from sim.indices import luck
from sim.indices.ranking import ranking
from sim.report.sensitivity import sobol_bars
from sim.scenario.shipped import scenarios_dir
from sim.sweeps.stored import Sweep, open_sweep

SHOWN = 4
"""Factors told of each outcome."""
DRAWN = 7
"""Factors drawn of each outcome."""
PLACE = re.compile(r"(<!-- sensitivity -->\n).*?(<!-- end -->)", re.DOTALL)
INDICES, VARIANCE = (scenarios_dir() / f"{name}.csv" for name in ("sensitivity", "variance"))
PICTURE = scenarios_dir() / "pictures" / "depends.png"


def block(indices: pd.DataFrame, variance: pd.DataFrame) -> str:
    """The table of the page.

    Args:
        indices: As :attr:`sim.indices.analysis.Sensitivity.indices`, with ``label``.
        variance: As its ``variance``, with ``label``.

    Returns:
        Markdown.
    """
    lines = [
        "| outcome | the four that carry most of its variance: share with interactions [90% interval], share alone "
        "| the four together | luck, and luck that differs with parameters |",
        "|---|---|---|---|",
    ]
    ranked = ranking(indices)
    first = indices[indices["index"] == "first"].set_index(["outcome", "factor"])["value"]
    for outcome, rows in ranked.groupby("outcome", sort=False):
        top = rows.head(SHOWN)
        told = "; ".join(
            f"`{row.factor}` {row.value:.0%} [{row.low:.0%}, {row.high:.0%}], {first[outcome, row.factor]:.0%}"
            for row in top.itertuples()
        )
        apart = variance[variance["outcome"] == outcome].set_index("source")["share"]
        label = indices.loc[indices["outcome"] == outcome, "label"].iloc[0]
        by_luck = f"{apart['luck']:.0%}, {apart['luck by parameters']:.0%}"
        lines.append(f"| {label} | {told} | {top['cumulative'].iloc[-1]:.0%} of the sum of all | {by_luck} |")
    n = int(indices["n"].iloc[0])
    draws, seeds = (int(variance[name].iloc[0]) for name in ("draws", "seeds"))
    factors = indices.loc[indices["index"] == "total", "factor"].nunique()
    lines += [
        "",
        f"(Indices: {n} base draws of {factors} factors with one seed, all of them in `sensitivity.csv`. Luck: {draws} "
        f"draws with {seeds} seeds each, with intervals in `variance.csv`.)",
        "",
        "![Shares of variance of leakage and denied share to each side](pictures/depends.png)",
    ]
    return "\n".join(lines) + "\n"


def made(sobol: Sweep, lhs: Sweep) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Indices and split of variance, with labels.

    Args:
        sobol: A sweep of Sobol's design.
        lhs: One with several seeds a draw.
    """
    found = sim.sensitivity(sobol)
    for line in (*(f"warning: {each}" for each in found.warnings), *found.sentences()):
        print(line)
    split = pd.concat([luck.split(lhs.sample(outcome)) for outcome in found.labels], ignore_index=True)
    indices, variance = (frame.assign(label=frame["outcome"].map(found.labels)) for frame in (found.indices, split))
    return indices, variance


def picture(indices: pd.DataFrame) -> bytes:
    """Bars of the first factors of each outcome.

    Args:
        indices: As of :func:`made`.

    Returns:
        A PNG.
    """
    outcomes = list(dict.fromkeys(indices["outcome"]))
    ranked = ranking(indices)
    figure, axes = plt.subplots(2, 2, figsize=(11, 7.5), layout="constrained")
    for outcome, ax in zip(outcomes, axes.flat, strict=True):
        kept = ranked[ranked["outcome"] == outcome]["factor"].head(DRAWN)
        rows = indices[(indices["outcome"] == outcome) & indices["factor"].isin(kept)]
        sobol_bars(rows, rows["label"].iloc[0], ax)
        ax.set_xlabel("share of the variance, with 90% interval")
    raw = io.BytesIO()
    figure.savefig(raw, dpi=80)
    plt.close(figure)
    small = io.BytesIO()
    Image.open(raw).convert("RGB").quantize(64).save(small, "png", optimize=True)
    return small.getvalue()


def main() -> None:
    """Writes tables, picture and page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sobol", type=Path)
    parser.add_argument("lhs", type=Path)
    mpl.use("Agg")
    asked = parser.parse_args()
    indices, variance = made(open_sweep(asked.sobol), open_sweep(asked.lhs))
    indices.to_csv(INDICES, index=False, float_format="%.6g")
    variance.to_csv(VARIANCE, index=False, float_format="%.6g")
    indices, variance = (pd.read_csv(path, keep_default_na=False, na_values=["nan"]) for path in (INDICES, VARIANCE))
    page = scenarios_dir() / "README.md"
    told = block(indices, variance)
    page.write_text(PLACE.sub(lambda match: match[1] + told + match[2], page.read_text("utf-8")), "utf-8")
    PICTURE.write_bytes(picture(indices))


if __name__ == "__main__":
    main()
