"""`sim evidence`: the evidence behind the numbers."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.report.terminal import answer, console, say


def evidence(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Rows, for instance D01; one is shown in full.")
    ] = None,
    role: Annotated[str | None, typer.Option(help="Only rows of this role: fit, check, prior, pattern, ...")] = None,
    table: Annotated[str | None, typer.Option(help="Only this table: facts, parameters, clock or volumes.")] = None,
    source: Annotated[str | None, typer.Option(help="Only rows from this source, for instance doc003.")] = None,
) -> None:
    """List the evidence behind the numbers; of one row, also what it is in a run, its source, and who cites it."""
    from sim.observables.reading import read_observables
    from sim.report.evidence import evidence_row, evidence_table, plain_rows
    from sim.scenario.citations import citations
    from sim.seeds.frame import evidence as evidence_
    from sim.seeds.reading import read_evidence

    frame = evidence_(*(ids or ()), role=role, table=table, source=source)
    single = len(ids or ()) == 1 and len(frame) == 1
    cited = citations().get((ids or [""])[0], []) if single else []
    rows = plain_rows(frame)
    if single:
        rows[0]["cited_by"] = [vars(each) for each in cited]
    answer(lambda: rows)
    if frame.empty:
        say("No row passes these filters.")
    elif single:
        row = frame.to_dict("records")[0]
        known = read_evidence().tables["sources"]
        sources = [known[each].model_dump() for each in row["source"].split(";")]
        fact = read_observables().get(row["id"])
        console().print(evidence_row(row, sources, cited, fact), soft_wrap=True)
    else:
        console().print(evidence_table(frame))
        say(f"{len(frame)} rows. `sim evidence ID` shows one in full.")
