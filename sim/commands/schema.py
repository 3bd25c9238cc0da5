"""`sim schema`: what a scenario file may hold, and what the measures are."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.report.terminal import answer, manner, say


def schema(
    path: Annotated[
        str,
        typer.Argument(
            metavar="[SECTION[.KIND][.KEY]]",
            help="What to print as text, such as market, policies.inspection or groups.buyer.demand; "
            "or measures, or measures.denied, for what the measures of a result are.",
        ),
    ] = "",
) -> None:
    """Print the format of a scenario file, as JSON Schema for editors or a part as text; or what the measures are."""
    from sim.scenario.reference import parameters, reference
    from sim.scenario.schema import schema as schema_

    if path.split(".")[0] == "measures":
        from sim.report.definitions import definition_rows, definitions_text

        say(definitions_text(path))
        answer(lambda: {"kind": "measures", "measures": definition_rows(path)})
    elif path:
        say(reference(path))
        answer(lambda: {"kind": "parameters", "path": path, "parameters": parameters(path)})
    elif manner().json:
        answer(schema_)
    else:
        import json

        say(json.dumps(schema_(), indent=2, ensure_ascii=False))
