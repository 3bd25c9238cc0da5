"""`sim trace`: a folder of results and the result itself give the same chains, hops and network."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

import sim
from sim.experiments.kept import TraceError
from sim.experiments.results import RunResult
from sim.experiments.store import OutputError
from tests.test_cli import call

SIDE = "russia"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunResult, Path]:
    """A result in memory, and its folder."""
    folder = tmp_path_factory.mktemp("results") / "small"
    return sim.run("small", check_policies=False, out=folder), folder


@pytest.fixture
def folder(made: tuple[RunResult, Path], tmp_path: Path) -> Path:
    """A copy of the folder that a test may spoil."""
    return Path(shutil.copytree(made[1], tmp_path / "copy"))


@pytest.mark.parametrize("arm", ["run", "twin"])
@pytest.mark.parametrize(("side", "groups"), [(SIDE, False), (SIDE, True), (None, True)])
def test_folder_and_result_give_the_same(
    made: tuple[RunResult, Path], arm: str, side: str | None, groups: bool
) -> None:
    result, folder = made
    first, second = (sim.trace(source, side=side, top=4, groups=groups, arm=arm) for source in (result, folder))
    for name in ("chains", "hops", "edges", "agents", "every"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)
    assert first._repr_html_() == second._repr_html_()
    assert repr(first) == repr(second)
    records = sim.trace(result.records[1, arm], side=side, top=4, groups=groups)
    pd.testing.assert_frame_equal(records.hops, first.hops, check_exact=True)


def test_chains_are_those_of_the_result(made: tuple[RunResult, Path]) -> None:
    """Widest first; shares of a product add up to 1; foreign-made goods unless others are asked for."""
    result, folder = made
    found = sim.trace(folder, side=SIDE, product="consumer", top=None)
    own = result.paths.query("arm == 'run' and side == @SIDE and product == 'consumer' and not home_made")
    assert found.chains["node"].tolist() == own["node"].tolist()
    assert found.chains["units"].is_monotonic_decreasing
    assert found.chains["share"].sum() == pytest.approx(1.0)
    assert found.chains["rank"].tolist() == list(range(1, len(own) + 1))
    assert found.chains["diverted"].any()
    assert (found.chains[["law", "contract", "voluntary"]].any(axis=1) == found.chains["diverted"]).all()
    every = sim.trace(folder, home_made=True, top=None)
    assert every.chains["units"].sum() == result.deliveries.query("arm == 'run'")["units"].sum()
    assert every.chains.groupby(["side", "product"])["share"].sum().round(9).eq(1.0).all()
    assert sim.trace(folder, top=2).chains.groupby("side").size().eq(2).all()


def test_hops_are_those_of_the_chain(made: tuple[RunResult, Path]) -> None:
    """From the maker to the end user; the same as a result follows the node."""
    result, folder = made
    found = sim.trace(folder, side=SIDE, top=5, hops=2)
    assert set(found.hops["rank"]) == {1, 2}
    for rank, hops in found.hops.groupby("rank"):
        chain = found.chains.iloc[rank - 1]
        assert [*hops["seller"], hops["buyer"].iloc[-1]] == chain["chain"].split(" > ")
        assert len(hops) == chain["hops"]
        again = result.trace(chain["node"], chain["product"])
        pd.testing.assert_frame_equal(hops.drop(columns=["side", "rank"]).reset_index(drop=True), again)
    assert "physical units" in found.hops.attrs["note"]
    with pytest.raises(TraceError, match="no path node -1"):
        found.follow(-1, "consumer")
    with pytest.raises(TraceError, match="no product 'consumers'"):
        found.follow(0, "consumers")


def test_groups_join_chains(made: tuple[RunResult, Path]) -> None:
    """Nothing is lost by joining; of a hop the rows of all paths count, each once."""
    result, folder = made
    single = sim.trace(folder, side=SIDE, top=None)
    found = sim.trace(folder, side=SIDE, top=None, groups=True, hops=1)
    for name in ("units", "value"):
        assert found.chains[name].sum() == pytest.approx(single.chains[name].sum())
    assert found.chains["paths"].sum() == len(single.chains)
    assert len(found.chains) < len(single.chains)
    assert not found.chains.duplicated(["product", "corridor", "chain", "law", "contract", "voluntary", "brand"]).any()
    widest = found.chains.iloc[0]
    group = result.agents.set_index("agent")["group"].astype(str).to_dict()
    groups = single.chains["chain"].map(lambda chain: " > ".join(group[agent] for agent in chain.split(" > ")))
    same = (groups == widest["chain"]) & (single.chains["product"] == widest["product"])
    for name in ("corridor", "law", "contract", "voluntary"):
        same &= single.chains[name] == widest[name]
    assert single.chains.loc[same, "units"].sum() == widest["units"]
    ledger = result.ledger.query("arm == 'run'")
    rows = ledger[ledger["node"].isin(single.chains.loc[same, "node"])]
    last = found.hops.iloc[-1]
    assert last["units"] == rows["units"].sum()
    assert last["unit_freight"] == pytest.approx((rows["unit_freight"] * rows["units"]).sum() / rows["units"].sum())
    assert [*found.hops["seller"], last["buyer"]] == widest["chain"].split(" > ")
    pd.testing.assert_frame_equal(found.edges, single.edges)


def test_network(made: tuple[RunResult, Path], tmp_path: Path) -> None:
    """What entered a side by its last edges is what reached it; GraphML and CSV hold the same network."""
    result, folder = made
    found = sim.trace(folder, side=SIDE)
    network = found.network()
    assert isinstance(network, nx.MultiDiGraph)
    users = {name for name, of in network.nodes(data=True) if of["end_user"]}
    assert {network.nodes[name]["side"] for name in users} == {SIDE}
    into = sum(of["units"] for _, buyer, of in network.edges(data=True) if buyer in users)
    assert into == found.every["units"].sum()
    whole = sim.trace(folder)
    run = result.ledger.query("arm == 'run'")
    assert whole.edges["units"].sum() == run["units"].sum()
    assert whole.edges["value"].sum() == pytest.approx((run["units"] * run["unit_price"]).sum())
    assert whole.edges["seized_units"].sum() == run.loc[run["seized"], "units"].sum()
    assert whole.edges["law"].sum() == run["law"].sum()
    one = sim.trace(folder, product="consumer")
    assert set(one.edges["product"]) == {"consumer"}

    read = nx.read_graphml(found.write_graphml(tmp_path / "below" / "network.graphml"), force_multigraph=True)
    assert dict(read.nodes(data=True)) == dict(network.nodes(data=True))
    assert sorted((a, b, of["product"], of["units"]) for a, b, of in read.edges(data=True)) == sorted(
        (a, b, product, of["units"]) for a, b, product, of in network.edges(keys=True, data=True)
    )
    assert len({key for _, _, key in read.edges(keys=True)}) == len(found.edges), "every edge has an id of its own"
    csv = found.write_csv(tmp_path / "tables")
    assert pd.read_csv(csv / "edges.csv")["units"].sum() == found.edges["units"].sum()
    assert pd.read_csv(csv / "nodes.csv")["label"].tolist() == found.agents["label"].tolist()
    closed = whole.agents["closed"].dropna()
    assert closed.between("2023-01-02", "2023-12-31").all()
    assert len(closed)
    with pytest.raises(OutputError, match="cannot be written"):
        found.write_graphml(csv)
    with pytest.raises(OutputError, match="cannot be written"):
        found.write_csv(csv / "nodes.csv")


def test_command(made: tuple[RunResult, Path], tmp_path: Path) -> None:
    """Chains, hops, the note, and where the network went."""
    file, tables = tmp_path / "network.graphml", tmp_path / "tables"
    where = ["--graphml", str(file), "--csv", str(tables)]
    code, out, err = call("trace", str(made[1]), "--side", SIDE, "--product", "consumer", "--hops", "1", *where)
    assert (code, err) == (0, "")
    assert f"units of consumer reached {SIDE} by" in out
    assert "the 10 widest brought" in out
    assert f"Chain 1 to {SIDE}" in out
    assert f"Chain 2 to {SIDE}" not in out
    assert "need not be the same physical units" in out
    assert file.exists()
    assert sorted(path.name for path in tables.iterdir()) == ["edges.csv", "nodes.csv"]
    code, out, _ = call("trace", str(made[1]), "--side", SIDE, "--groups", "--top", "1", "--hops", "0")
    assert (code, "chains of groups; the widest brought" in out) == (0, True)
    code, out, _ = call("trace", str(made[1]), "--side", SIDE, "--product", "fpv_kit")
    assert (code, "Nothing of that kind reached" in out) == (0, True), "they are home-made"
    code, out, _ = call("trace", str(made[1]), "--side", SIDE, "--product", "fpv_kit", "--home-made", "--twin")
    assert (code, "the twin" in out) == (0, True)


def test_what_cannot_be_traced_is_told(made: tuple[RunResult, Path], folder: Path, tmp_path: Path) -> None:
    """In a paragraph, with the nearest name; never with a traceback."""
    (tmp_path / "empty").mkdir()
    known = str(made[1])
    file = tmp_path / "file"
    file.write_text("x")
    tell(["no_such_folder"], "is not there")
    tell([str(tmp_path / "empty")], "holds no results of sim")
    tell([str(file)], "is a file")
    tell(["a" * 5000], "cannot be read")
    tell([known, "--side", "rusia"], "did you mean 'russia'?", "civil, russia, ukraine")
    tell([known, "--product", "consumers"], "did you mean 'consumer'?")
    tell([known, "--seed", "7"], "seed 7 was not kept")
    tell([known, "--top", "0"], "top")
    tell([known, "--graphml", str(tmp_path)], "cannot be written")

    manifest = json.loads((folder / "manifest.json").read_text())
    for changed, text in (
        ({"ledger": "none"}, "without a ledger"),
        ({"finished": False}, "not written to the end"),
        ({"kind": "compare", "arms": {}}, "holds a comparison"),
    ):
        (folder / "manifest.json").write_text(json.dumps({**manifest, **changed}))
        tell([str(folder)], text)
    (folder / "manifest.json").write_text("[")
    tell([str(folder)], "cannot be read")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "paths.parquet").write_text("x")
    tell([str(folder)], "paths.parquet cannot be read")
    (folder / "nodes.parquet").unlink()
    tell([str(folder)], "earlier version")
    shutil.copy(made[1] / "nodes.parquet", folder)
    shutil.copy(made[1] / "paths.parquet", folder)
    shutil.rmtree(folder / "ledger")
    tell([str(folder)], "no run with a ledger")


def test_results_without_a_ledger_are_refused() -> None:
    result = sim.run("small", check_policies=False, ledger="none")
    with pytest.raises(TraceError, match="has no ledger"):
        sim.trace(result)
    with pytest.raises(TraceError, match="no ledger"):
        sim.trace(result.records[1, "run"])
    with pytest.raises(TraceError, match="a list has no ledger"):
        sim.trace([])  # type: ignore[arg-type]
    with pytest.raises(TraceError, match="must be run or twin"):
        sim.trace(result, arm="both")


def tell(arguments: list[str], *texts: str) -> None:
    """The command ends with code 2 and says these texts."""
    code, out, err = call("trace", *arguments)
    assert code == 2
    assert "Traceback" not in out + err
    for text in texts:
        assert text in err
