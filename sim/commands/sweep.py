"""`sim sweep`: many draws of uncertain parameters and levers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.commands.options import INTERRUPTED, Scenario, Set
from sim.report.bar import Bar
from sim.report.terminal import answer, say


def sweep(
    scenario: Scenario,
    design: Annotated[
        str,
        typer.Option(
            metavar="sobol|morris|lhs|grid|FILE.csv",
            help="Which draws are made; a file has a column for each factor and a row for each draw.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for results; the same command goes on from what is there."),
    ] = None,
    n: Annotated[
        int | None,
        typer.Option(
            "--n", help="Base number of draws (sobol), trajectories (morris), draws (lhs), levels of a factor (grid)."
        ),
    ] = None,
    over: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="What is varied: an entry of [uncertain] or [levers], or these two words for all in them; uncertain "
            "by default. May be repeated.",
        ),
    ] = None,
    at: Annotated[
        list[str] | None, typer.Option(metavar="NAME=V,V,...", help="Levels of a factor of a grid. May be repeated.")
    ] = None,
    seeds: Annotated[
        int, typer.Option(min=1, help="Seeds of each draw; from two on, luck can be told from parameters.")
    ] = 2,
    seed: Annotated[int, typer.Option(min=0, max=2**62, help="First seed.")] = 1,
    second_order: Annotated[
        bool, typer.Option("--second-order", help="Sobol's design also for indices of pairs of factors.")
    ] = False,
    design_seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed of the design.")] = 1,
    changes: Set = None,
    versus: Annotated[
        list[str] | None,
        typer.Option(metavar="POLICY", help="Policy that twins lack; all restrictions by default. May be repeated."),
    ] = None,
    no_twins: Annotated[
        bool, typer.Option("--no-twins", help="No twins: half the time, and nothing that compares with them.")
    ] = False,
    measure: Annotated[
        list[str] | None,
        typer.Option(
            help="Measure that is kept, see `sim schema measures`; headline ones by default. May be repeated."
        ),
    ] = None,
    detail: Annotated[
        list[str] | None,
        typer.Option(help="What else is kept of measures: product, corridor, brand, ... May be repeated."),
    ] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(help="Fact that runs are held against, or role (fit, check, pattern). May be repeated."),
    ] = None,
    rivals: Annotated[
        bool, typer.Option("--rivals", help="Naive forecasts of these facts, too, see `sim validate`.")
    ] = False,
    own_luck: Annotated[
        bool, typer.Option("--own-luck", help="Seeds of its own for each draw, as a calibration has them.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; as many as there are processors by default.")
    ] = None,
    threads: Annotated[bool, typer.Option("--threads", help="Threads in place of processes.")] = False,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers do the work instead.")
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Make batches again in which a run failed.")
    ] = False,
    estimate: Annotated[bool, typer.Option("--estimate", help="Only say what it would cost.")] = False,
) -> None:
    """Run a scenario with many draws of what is uncertain or can be set, and keep each run's measures.

    Results are written as they come. After Ctrl-C, a crash or a full disk the same command goes on.

    \b
    What matters most:   sim sweep baseline --design sobol --n 64 --out DIR, then sim sensitivity DIR
    When does it fail:   sim sweep baseline --design lhs --n 500 --over uncertain --over levers --out DIR,
                         then sim discover DIR --where "denied:SIDE<0.5"
    What will it cost:   sim sweep baseline --design lhs --n 500 --estimate
    """  # noqa: D301
    with Bar("runs") as bar:
        from sim.report.documents import cost_document, sweep_document
        from sim.report.sweep import sweep_lines
        from sim.scenario.loading import parse_changes
        from sim.sweeps.designs import typed_levels
        from sim.sweeps.errors import SweepError
        from sim.sweeps.sweep import sweep as sweep_
        from sim.sweeps.sweep import sweep_cost

        asked = {
            "over": over or None,
            "at": typed_levels(at or ()),
            "second_order": second_order,
            "seeds": seeds,
            "seed": seed,
            "design_seed": design_seed,
            "changes": parse_changes(changes or ()),
            "versus": versus or None,
            "twins": not no_twins,
            "measures": measure or None,
            "detail": detail or (),
            "evidence": fact or (),
            "rivals": rivals,
            "own_luck": own_luck,
            "workers": workers,
        }
        if estimate and dask is not None:
            raise SweepError("--estimate says what the sweep would take on this machine; leave out --dask")
        if estimate:
            cost = sweep_cost(scenario, design, n, **asked)
        elif out is None:
            raise SweepError("give --out DIR for the results, or --estimate to see what the sweep would cost")
        else:
            found = sweep_(
                scenario, design, n, **asked, threads=threads, dask=dask, retry_failed=retry_failed,
                progress=bar.update, told=bar.say, out=out,
            )  # fmt: skip
    if estimate:
        say(f"{cost}.")
        answer(lambda: cost_document(cost))
        return
    for line in sweep_lines(found):
        say(line)
    answer(lambda: sweep_document(found))
    if found.interrupted:
        done = found.manifest["runs_done"] + found.manifest["runs_failed"]
        typer.echo(f"Stopped: {done:,} runs are in {out}; the same command goes on.", err=True)
        raise typer.Exit(INTERRUPTED)
