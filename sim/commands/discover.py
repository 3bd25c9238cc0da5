"""`sim discover`: where in the space of a sweep an outcome meets a condition."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.report.terminal import answer, console, show


class Method(StrEnum):
    """Ways to search."""

    prim = "prim"
    cart = "cart"


class Cases(StrEnum):
    """What is a case."""

    draws = "draws"
    runs = "runs"


def discover(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep, as of `sim sweep ... --out DIR`.")],
    where: Annotated[
        str,
        typer.Option(
            metavar="CONDITION", help='What is of interest: "OUTCOME<NUMBER", "OUTCOME>NUMBER" or "A<OUTCOME<B".'
        ),
    ],
    method: Annotated[Method, typer.Option(help="Boxes by peeling (prim), or the leaves of a tree (cart).")] = (
        Method.prim
    ),
    cases: Annotated[Cases, typer.Option(help="Whether a draw is a case, by its mean over seeds, or each run.")] = (
        Cases.draws
    ),
    boxes: Annotated[int, typer.Option(min=1, max=100, help="Most boxes.")] = 3,
    min_density: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Least density of a box; held out where prim.")
    ] = None,
    min_mass: Annotated[float, typer.Option(min=0.0, max=0.5, help="Least part of the cases in a box.")] = 0.05,
    alpha: Annotated[
        list[float] | None,
        typer.Option(
            min=0.001, max=0.5, help="Part of a box peeled in a step of prim; repeated, held-out cases choose."
        ),
    ] = None,
    folds: Annotated[int, typer.Option(min=2, max=100, help="Folds of the cross-validation.")] = 10,
    permutations: Annotated[int, typer.Option(min=19, help="Random labellings that a box of prim has to beat.")] = 99,
    level: Annotated[
        float, typer.Option(min=0.0001, max=0.5, help="Greatest p-value of a restriction, and of a box, of prim.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(min=0, help="Of folds and random labellings.")] = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for tables (CSV), text, figures and manifest.")
    ] = None,
) -> None:
    """Find where in a sweep's space an outcome meets a condition, and say it in plain words.

    \b
    Where a cut fails:  sim discover sweep --where "denied:SIDE<0.5"
    As a tree:          sim discover sweep --where "denied:SIDE<0.5" --method cart
    """  # noqa: D301
    from sim.discovery.discover import discover as discover_
    from sim.discovery.settings import Settings
    from sim.report.discovery import discovery_tables
    from sim.report.documents import discovery_document

    found = discover_(
        folder,
        where=where,
        method=method.value,
        cases=cases.value,
        boxes=boxes,
        min_density=min_density,
        min_mass=min_mass,
        alpha=tuple(alpha) if alpha else Settings.alpha,
        folds=folds,
        permutations=permutations,
        level=level,
        seed=seed,
    )
    screen = console()
    show(discovery_tables(found), screen)
    answer(lambda: discovery_document(found))
    if out is not None:
        screen.print(f"Written to {found.save(out)}.", soft_wrap=True, highlight=False)
