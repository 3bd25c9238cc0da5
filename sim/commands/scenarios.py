"""`sim list`: the scenarios that come along."""

from __future__ import annotations

from sim.report.terminal import answer, console


def list_() -> None:
    """List the scenarios that come with the package."""
    import tomllib

    from rich.table import Table

    from sim.scenario.shipped import shipped

    table, rows = Table(box=None, pad_edge=False, show_header=False), []
    for name, path in shipped().items():
        with path.open("rb") as file:
            title = tomllib.load(file).get("title", "")
        table.add_row(name, title)
        rows.append({"name": name, "title": title, "file": path})
    console().print(table)
    answer(lambda: {"kind": "scenarios", "scenarios": rows})
