"""The model for users of Mesa: `LeakageModel`, and the four kinds of agent. The only module that imports Mesa.

The engine does the work; agents here are handles of its rows. A model gives the same bits as :func:`sim.run` with the
same scenario and seed.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.decisions import overrides
from sim.decisions.rules import DECIDERS, Rules, install, scalar_of
from sim.decisions.table import DECISIONS, DecisionError
from sim.decisions.trade import OneCell
from sim.declare.errors import nearest
from sim.engine import Engine
from sim.handles.deciding import Buying, Dealing, Making
from sim.handles.party import Party
from sim.handles.supervising import Supervising
from sim.handles.values import Lookup, unknown
from sim.scenario.loading import Source, load
from sim.world.build import build
from sim.world.columns import ALIVE, World
from sim.world.records import Records

with warnings.catch_warnings():
    # Mesa loads tqdm for notebooks, which warns where ipywidgets are not installed; nothing here draws with them.
    warnings.filterwarnings("ignore", message="IProgress not found")
    import mesa

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Buyer", "DecisionError", "Intermediary", "LeakageModel", "Manufacturer", "Regulator"]


class _Handle(mesa.Agent):  # type: ignore[misc]
    """A Mesa agent made by the model. ``mesa.Agent.__init__`` is not called: in Mesa 3.3 it keeps models alive."""

    def __init__(self, model: LeakageModel, row: int, scalars: Mapping[str, Callable[..., float]]) -> None:
        self.bind(model, row, scalars)
        self.pos = None
        self.unique_id = row + 1

    def remove(self) -> None:
        """Agents come and go by the rules of the model, not by hand.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(f"{self.name} cannot be removed by hand: firms open and close by the rules")


class Manufacturer(Making, _Handle):
    """A maker. Decides `production`, `ask_price`, `way`, `corridor`, `premium`; `restock_level` and `bid_ceiling` for
    components. See sim/AGENTS.md.
    """  # noqa: D205


class Intermediary(Dealing, _Handle):
    """An exporter, trader, importer or retailer. Decides `restock_level`, `bid_ceiling`, `ask_price`, `way`,
    `corridor` and `premium`. See sim/AGENTS.md.
    """  # noqa: D205


class Buyer(Buying, _Handle):
    """An end user or a pass-through buyer. Decides `restock_level` and `bid_ceiling`. See sim/AGENTS.md."""


class Regulator(Supervising, _Handle):
    """An authority. Decides `inspection_share` and `investigate`. See sim/AGENTS.md."""


KINDS: tuple[type[_Handle], ...] = (Manufacturer, Intermediary, Buyer, Regulator)
"""The class of each kind of agent, in the order of their numbers."""


class LeakageModel(mesa.Model):  # type: ignore[misc]
    """A run as a Mesa model.

    ``model.agents`` holds the agents alive: firms that are dormant, closing or closed are not in it, firms founded
    later come in. ``model.running`` turns False after the last tick.

    Args:
        source: Name of a shipped scenario, path of a file, plain data, a scenario, or a world that is built already.
        seed: Seed of the draws, 0 <= seed < 2**63.
        rng: The same by the name that Mesa 3.5 gives it; a whole number.
        agents: Classes of your own by group; see sim/AGENTS.md.
        rules: Functions of your own by decision, or by decision and group; see sim/AGENTS.md.
        without: Ids of policies left out, as in a twin.
        ledger: Whether to keep the true ledger.
        changes: Values by dotted path: ``LeakageModel("small", **{"policies.china_ban.intensity": 0.5})``.

    Attributes:
        engine: The run: its state and its decision columns.
        handles: Every agent by row, alive or not.
        datacollector: Collects after every tick. By default the agents alive, and by side the units delivered since
            the start and the units that end users lacked; put your own in its place.
        products, sides, legs, policies, ways, corridors: Rows by id.

    Raises:
        ScenarioError: With every problem found in the scenario.
        ValueError: For a seed out of range, an unknown group, or a rule for something that is no decision.
        TypeError: For a class that does not fit its group, or a rule that cannot be compiled.

    Example:
        >>> model = LeakageModel("small", seed=1)
        >>> len(model.agents), len(model.agents_by_type[Intermediary])
        (100, 40)
        >>> model.step()
        >>> model.steps, model.running
        (1, True)
    """

    def __init__(
        self,
        source: Source | World = "baseline",
        *,
        seed: int | None = None,
        rng: int | None = None,
        agents: Mapping[str, type[Party]] | None = None,
        rules: Rules | None = None,
        without: Iterable[str] = (),
        ledger: bool = True,
        **changes: Any,
    ) -> None:
        world = _world(source, seed, rng, changes)
        super().__init__(rng=world.seed)
        off = (without,) if isinstance(without, str) else tuple(without)
        for name in off:
            if name not in world.names.policies:
                raise ValueError(_not_there("without", "policy", name, world.names.policies))
        # Traits can be written by agents; the world may be shared with other runs.
        traits = {each.name: getattr(world.agents, each.name).copy() for each in fields(world.agents)}
        self.engine = Engine(replace(world, agents=replace(world.agents, **traits)), ledger=ledger, without=off)
        names = world.names
        self.products, self.sides = Lookup("product", names.products), Lookup("side", names.sides)
        self.legs, self.policies = Lookup("leg", names.legs), Lookup("policy", names.policies)
        self.ways, self.corridors = Lookup("way", world.ways.names), Lookup("corridor", world.corridors.names)
        self.one = OneCell(self.engine)
        self.stepping = False
        if rules:
            install(self.engine, rules)
        self._make(agents or {}, rules or {})
        self._present = np.zeros(len(self.handles), dtype=np.bool_)
        self._register()
        self.datacollector = mesa.DataCollector(model_reporters=_reporters(names.sides))

    # Running

    def step(self) -> None:
        """Runs one tick.

        Raises:
            IndexError: After the last tick.
            DecisionError: If an agent or a rule of your own decided something that is not allowed; the tick is then
                half done, and the model cannot go on.
        """
        self.stepping = True
        try:
            self.engine.step()
        except BaseException:
            self.running = False
            raise
        self.stepping = False
        self._register()
        self.running = not self.engine.finished
        self.datacollector.collect(self)

    @property
    def tick(self) -> int:
        """The next tick, burn-in included; after the last step the number of ticks."""
        return self.engine.tick

    @property
    def tick_of_schedules(self) -> int:
        """The tick at which agents read schedules: the present one, and after the end the last."""
        return min(self.engine.tick, self.engine.world.calendar.ticks - 1)

    @property
    def date(self) -> date:
        """First day of the next tick; of the last one after the end."""
        return self.engine.world.calendar.first_days[self.tick_of_schedules]

    @property
    def announced(self) -> tuple[str, ...]:
        """Ids of the policies that can be seen coming in this tick; between ticks in the last one, before any none.

        Announced and not yet in force. Policies that the run leaves out are not among them, so that agents in a twin
        do not prepare for what never comes.
        """
        status = self.engine._status
        return () if status is None else tuple(name for name, row in self.policies.items() if status.announced[row])

    @property
    def seed(self) -> int:
        """Seed of the draws."""
        return self.engine.world.seed

    # Results

    def records(self) -> Records:
        """What the run has left behind so far: deliveries, ledger, paths, series."""
        return self.engine.records()

    def measures(self, twin: Records | LeakageModel | None = None, **options: Any) -> pd.DataFrame:
        """Measures of the run, see :func:`sim.measure`.

        Args:
            twin: The same seed without the policies in question (``without=...``), as a model or as records; measures
                that compare are undefined without it.
            options: ``window``, ``products``, ``only``: see :func:`sim.measure`.
        """
        from sim.measures.frame import measures

        return measures(self.records(), twin.records() if isinstance(twin, LeakageModel) else twin, **options)

    def alive(self) -> int:
        """Agents alive, of all kinds."""
        return len(self.agents)

    def delivered(self, side: str) -> int:
        """Units delivered to end users of a side since the start, all products.

        Args:
            side: Id of a side.
        """
        return int(self._recorded("delivered", side))

    def unmet(self, side: str) -> float:
        """Units that end users of a side lacked since the start, all products.

        Args:
            side: Id of a side.
        """
        return float(self._recorded("unmet", side))

    def _recorded(self, series: str, side: str) -> Any:
        recorded = max(0, self.engine.tick - self.engine.world.calendar.burn_in)
        return self.engine._series.arrays[series][:recorded, self.sides[side]].sum()

    # Agents

    def group(self, group: str) -> list[Any]:
        """All agents of a group in order of index, alive or not.

        Args:
            group: Id of a group.

        Raises:
            KeyError: If there is no such group.
        """
        names = self.engine.world.names.groups
        if group not in names:
            raise unknown("the scenario", group, names)
        rows = np.flatnonzero(self.engine.world.agents.group == names.index(group))
        return [self.handles[row] for row in rows.tolist()]

    def _make(self, classes: Mapping[str, type[Party]], rules: Rules) -> None:
        """Makes the handles, and asks those of the user's own classes."""
        world = self.engine.world
        chosen = _checked(classes, world)
        shipped: dict[str, Callable[..., float]] = {name: each.function for name, each in DECISIONS.items()}
        by_group = []
        for group in world.names.groups:
            scalars = dict(shipped)
            for decision, given in rules.items():
                function = given.get(group) if isinstance(given, Mapping) else given
                if function is not None:
                    scalars[decision] = scalar_of(decision, function)
            by_group.append(scalars)
        kinds, groups = world.agents.kind.tolist(), world.agents.group.tolist()
        self.handles: list[Any] = [
            chosen.get(g, KINDS[kind])(self, row, by_group[g])
            for row, (kind, g) in enumerate(zip(kinds, groups, strict=True))
        ]
        for decision, who in DECIDERS.items():
            deciders = [
                each
                for each, kind in zip(self.handles, kinds, strict=True)
                if kind in who and getattr(type(each), decision) is not getattr(KINDS[kind], decision)
            ]
            if deciders:
                overrides.install(self.engine, decision, deciders, self.handles)

    def _register(self) -> None:
        """Makes ``model.agents`` the agents alive."""
        alive = self.engine.state.agents.state == ALIVE
        for row in np.flatnonzero(alive != self._present).tolist():
            if alive[row]:
                self.register_agent(self.handles[row])
                self.handles[row].unique_id = row + 1  # Mesa 3.5 has given it another
            else:
                self.deregister_agent(self.handles[row])
        self._present = alive


def _world(source: Source | World, seed: int | None, rng: int | None, changes: Mapping[str, Any]) -> World:
    """The world to run."""
    given = [(name, value) for name, value in (("seed", seed), ("rng", rng)) if value is not None]
    for name, value in given:
        if isinstance(value, bool) or not isinstance(value, int | np.integer):
            raise TypeError(f"{name} is {value!r}; it must be a whole number, because every draw is keyed by it")
    if len({int(value) for _, value in given}) > 1:
        raise ValueError(f"seed is {seed} and rng is {rng}; give one of them, or the same number")
    if isinstance(source, World):
        if given or changes:
            raise ValueError("a world that is built has its seed and its values; give neither seed nor changes with it")
        return source
    return build(load(source, changes), int(given[0][1]) if given else 0)


def _checked(classes: Mapping[str, type[Party]], world: World) -> dict[int, type[Party]]:
    """The user's classes by row of group.

    Raises:
        ValueError: If a group does not exist.
        TypeError: If a class does not fit the group's kind.
    """
    chosen = {}
    for group, own in classes.items():
        if group not in world.names.groups:
            raise ValueError(_not_there("agents", "group", group, world.names.groups))
        row, kind = world.names.groups.index(group), world.scenario.groups[group].kind
        needed = next(each for each in KINDS if each.__name__.lower() == kind)
        if not (isinstance(own, type) and issubclass(own, needed)):
            raise TypeError(
                f"agents[{group!r}] is {own!r}; {group} is a group of kind {kind}: give a subclass of "
                f"sim.{needed.__name__}"
            )
        chosen[row] = own
    return chosen


def _not_there(argument: str, what: str, name: str, known: Iterable[str]) -> str:
    """What to say of an id that is not there."""
    names = tuple(known)
    close = nearest(name, names)
    hint = f" (did you mean {close!r}?)" if close else ""
    return f"{argument}: there is no {what} {name!r}{hint}; there are {', '.join(names) or 'none'}"


def _reporters(sides: Iterable[str]) -> dict[str, Callable[[LeakageModel], Any]]:
    """Reporters of the default data collector."""
    found: dict[str, Callable[[LeakageModel], Any]] = {"alive": partial(LeakageModel.alive)}
    for side in sides:
        found[f"delivered.{side}"] = partial(LeakageModel.delivered, side=side)
        found[f"unmet.{side}"] = partial(LeakageModel.unmet, side=side)
    return found


def _hide_seed() -> None:
    """Keeps `seed` out of the signature that Mesa looks at.

    `mesa.batch_run` of Mesa 3.5 writes None over a parameter `seed` of a model that names it, so that every run would
    have the same one.
    """
    shown = inspect.signature(LeakageModel.__init__)
    kept = [each for name, each in shown.parameters.items() if name not in ("self", "seed")]
    LeakageModel.__signature__ = shown.replace(parameters=kept)


_hide_seed()
