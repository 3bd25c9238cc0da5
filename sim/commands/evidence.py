"""`sim evidence`: the evidence behind the numbers."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.report.terminal import console


def evidence(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Rows, for instance D01; one is shown in full.")
    ] = None,
    role: Annotated[str | None, typer.Option(help="Only rows of this role: fit, check, prior, pattern, ...")] = None,
    table: Annotated[str | None, typer.Option(help="Only this table: facts, parameters, clock or volumes.")] = None,
    source: Annotated[str | None, typer.Option(help="Only rows from this source, for instance doc003.")] = None,
    json_: Annotated[
        bool, typer.Option("--json", help="Print JSON; a single row with the values that cite it.")
    ] = False,
) -> None:
    """List the evidence behind the numbers; of one row, also what it is in a run, its source, and who cites it."""
    import json

    from sim.observables.reading import read_observables
    from sim.report.evidence import evidence_row, evidence_table, plain_rows
    from sim.scenario.citations import citations
    from sim.seeds.frame import evidence as evidence_
    from sim.seeds.reading import read_evidence

    frame = evidence_(*(ids or ()), role=role, table=table, source=source)
    single = len(ids or ()) == 1 and len(frame) == 1
    cited = citations().get((ids or [""])[0], []) if single else []
    if json_:
        rows = plain_rows(frame)
        if single:
            rows[0]["cited_by"] = [vars(each) for each in cited]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif frame.empty:
        typer.echo("No row passes these filters.")
    elif single:
        row = frame.to_dict("records")[0]
        known = read_evidence().tables["sources"]
        sources = [known[each].model_dump() for each in row["source"].split(";")]
        fact = read_observables().get(row["id"])
        console().print(evidence_row(row, sources, cited, fact), soft_wrap=True)
    else:
        console().print(evidence_table(frame))
        typer.echo(f"{len(frame)} rows. `sim evidence ID` shows one in full.")
