"""`sim trace`: who brought it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.report.terminal import answer, console, show

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of results, as of `sim run SCENARIO --out DIR`.")]


def trace(
    folder: Folder,
    side: Annotated[str | None, typer.Option(help="Side that was reached; every side by default.")] = None,
    product: Annotated[str | None, typer.Option(help="Product; every product by default.")] = None,
    top: Annotated[int, typer.Option(min=1, help="Chains for each side, widest first.")] = 10,
    hops: Annotated[int, typer.Option(min=0, help="Chains for each side that are shown hop by hop.")] = 3,
    groups: Annotated[bool, typer.Option("--groups", help="Join chains through the same groups of agents.")] = False,
    home_made: Annotated[
        bool,
        typer.Option("--home-made", help="Also goods that a side's own industry made, not only foreign-made ones."),
    ] = False,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the run; the first that was kept by default.")
    ] = None,
    twin: Annotated[bool, typer.Option("--twin", help="Trace the twin, without the policies.")] = False,
    graphml: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the trade network as GraphML, for Gephi or networkx; with --side only what reached that side.",
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write the same network as two tables, nodes.csv and edges.csv."),
    ] = None,
) -> None:
    """Show the chains that brought goods to a side, widest first, and their hops; or write the trade network.

    \b
    Who brought it:   sim trace results --side SIDE --product PRODUCT
    By kinds of firm: sim trace results --side SIDE --groups
    The network:      sim trace results --side SIDE --graphml network.graphml --csv network
    """  # noqa: D301
    from sim.experiments.tracing import trace as trace_
    from sim.report.documents import trace_document
    from sim.report.tracing import trace_tables

    found = trace_(
        folder,
        side=side,
        product=product,
        top=top,
        hops=hops,
        groups=groups,
        home_made=home_made,
        seed=seed,
        arm="twin" if twin else "run",
    )
    out = console()
    show(trace_tables(found), out)
    answer(lambda: trace_document(found))
    written = [found.write_graphml(graphml)] if graphml is not None else []
    written += [found.write_csv(csv)] if csv is not None else []
    for path in written:
        out.print(f"Written to {path}.", soft_wrap=True, highlight=False)
