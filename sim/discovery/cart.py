"""Classification trees for scenario discovery (Breiman et al. 1984; Lempert, Bryant and Bankes 2008).

The tree is scikit-learn's, pruned by cost and complexity. How much is pruned is chosen by cross-validation: the
smallest tree whose held-out error lies within a standard error of the least.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from sim.discovery.cases import Cases
from sim.discovery.folds import alike, folds_of, together
from sim.discovery.found import Found, Search
from sim.discovery.peeling import Box
from sim.discovery.refining import dropped
from sim.discovery.scoring import score, wilson, worth
from sim.discovery.settings import Settings

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Float = NDArray[np.float64]
MAJORITY = 0.5
"""Density above which a leaf is a box, unless another one is asked for."""
PATH = (
    *("box", "step", "penalty", "leaves", "cases", "of_interest", "mass", "coverage", "density", "score"),
    *("restricted", "factors", "held_out_mass", "held_out_coverage", "held_out_density", "held_out_score"),
    *("held_out_error", "error_error", "chosen"),
)
"""Columns of the path, in order."""


def search(cases: Cases, settings: Settings) -> Search:
    """Grows a tree, prunes it, and takes the leaves in which cases of interest are the majority.

    The error is Brier's score, the mean of (interest - density of the leaf)², of which the tree's own criterion
    (Gini) is twice the value in the sample. Where both branches of a node are of interest, the node is the box. A
    box's held-out cases are those in the box most like it (Jaccard) of the tree grown without their fold. It is a
    finding only if the lower bound of its held-out density lies above the share of cases of interest.

    Args:
        cases: The cases.
        settings: How to search.

    Returns:
        Boxes, those with most cases of interest first, and the path: a row a pruned tree, with all its boxes together.
    """
    fold = folds_of(cases.interest, cases.group, settings.folds, settings.seed)
    whole = _grown(cases, np.ones(len(cases), np.bool_), settings)
    penalties = whole.cost_complexity_pruning_path(cases.ranks, cases.interest).ccp_alphas.clip(0.0)
    penalties = np.unique(penalties.round(12))
    # Between two penalties of the path the tree is the same; the geometric mean stands for the range (Breiman).
    typical = np.append(np.sqrt(penalties[:-1] * penalties[1:]), penalties[-1])
    pruned = [_grown(cases, np.ones(len(cases), np.bool_), settings, each) for each in penalties]
    errors = np.empty((len(penalties), int(fold.max()) + 1))
    others: list[list[list[Box]]] = []
    for at in range(errors.shape[1]):
        train, test = fold != at, fold == at
        trees = [_grown(cases, train, settings, penalty) for penalty in typical]
        errors[:, at] = [np.mean((cases.interest[test] - _density(tree, cases.ranks[test])) ** 2) for tree in trees]
        others.append([_boxes(tree, cases, train, settings) for tree in trees])
    by_step = [[each[step] for each in others] for step in range(len(penalties))]
    boxes = [_boxes(tree, cases, np.ones(len(cases), np.bool_), settings) for tree in pruned]
    error, spread = errors.mean(axis=1), errors.std(axis=1, ddof=1) / np.sqrt(errors.shape[1])
    least = int(error.argmin())
    chosen = int(np.flatnonzero(error <= error[least] + spread[least]).max())
    path = _path(cases, [int(tree.get_n_leaves()) for tree in pruned], boxes, by_step, fold)
    path["penalty"], path["held_out_error"], path["error_error"] = penalties, error, spread
    path["chosen"] = path["step"] == chosen
    return _found(cases, boxes[chosen], by_step[chosen], fold, path, settings)


def _grown(cases: Cases, rows: Flags, settings: Settings, penalty: float = 0.0) -> Any:
    """A tree of some cases."""
    tree = DecisionTreeClassifier(
        min_samples_leaf=settings.least(int(rows.sum())), ccp_alpha=float(penalty), random_state=0
    )
    return tree.fit(cases.ranks[rows], cases.interest[rows])


def _density(tree: Any, ranks: Whole) -> Float:
    """Density of the leaf that each case falls in."""
    at = np.flatnonzero(tree.classes_)
    return tree.predict_proba(ranks)[:, at[0]] if len(at) else np.zeros(len(ranks))


def _boxes(tree: Any, cases: Cases, rows: Flags, settings: Settings) -> list[Box]:
    """Leaves of interest as boxes, branches joined where both are; a tree without a split has none.

    Of a leaf's path, restrictions that do not matter to it are dropped, over the cases that the tree was grown from.
    """
    inner = tree.tree_
    at = np.flatnonzero(tree.classes_)
    if inner.node_count == 1 or not len(at):
        return []
    density = inner.value[:, 0, at[0]] / inner.value[:, 0, :].sum(axis=1)
    least = MAJORITY if settings.min_density is None else settings.min_density
    found: list[Box] = []

    def below(node: int, box: Box) -> bool:
        """Whether all leaves below are of interest; boxes of those that are, where not all are."""
        left, right = int(inner.children_left[node]), int(inner.children_right[node])
        if left < 0:
            return bool(density[node] >= least if settings.min_density is not None else density[node] > least)
        # scikit-learn sends a rank at the threshold to the left; bounds of boxes exclude.
        factor, bound = int(inner.feature[node]), float(np.floor(inner.threshold[node])) + 0.5
        halves = [(left, box.moved(factor, 1, bound)), (right, box.moved(factor, 0, bound))]
        whole = [below(*half) for half in halves]
        if all(whole):
            return True
        found.extend(half for (_, half), is_whole in zip(halves, whole, strict=True) if is_whole)
        return False

    everything = Box.whole(len(cases.names))
    if below(0, everything):
        return []
    some = np.asfortranarray(cases.ranks[rows]), cases.interest[rows], cases.group[rows]
    found = [dropped(box, *some, settings.level) for box in found]
    return [box for box in found if box.sides]


def _together(boxes: list[Box], ranks: Whole) -> Flags:
    """Whether cases lie in any of the boxes."""
    inside = np.zeros(len(ranks), np.bool_)
    for box in boxes:
        inside |= box.inside(ranks)
    return inside


def _path(
    cases: Cases, leaves: list[int], boxes: list[list[Box]], others: list[list[list[Box]]], fold: Whole
) -> pd.DataFrame:
    """A row a pruned tree: all its boxes together."""
    rows = []
    total, total_hits = len(cases), int(cases.interest.sum())
    for step, (own, count) in enumerate(zip(boxes, leaves, strict=True)):
        restricted = sorted({int(at) for box in own for at in box.restricted})
        row: dict[str, Any] = {"box": "all", "step": step, "leaves": count, "restricted": len(restricted)}
        row["factors"] = ", ".join(cases.names[at] for at in restricted)
        held = together(others[step], fold, cases.ranks)
        for prefix, some in (("", _together(own, cases.ranks)), ("held_out_", held)):
            n, hits = int(some.sum()), int((some & cases.interest).sum())
            row |= {
                f"{prefix}mass": n / total,
                f"{prefix}coverage": hits / total_hits,
                f"{prefix}density": hits / n if n else np.nan,
                f"{prefix}score": float(score(np.array(n), np.array(hits), total, total_hits)),
            }
            if not prefix:
                row |= {"cases": n, "of_interest": hits}
        rows.append(row)
    return pd.DataFrame(rows).reindex(columns=list(PATH))


def _found(
    cases: Cases, boxes: list[Box], others: list[list[Box]], fold: Whole, path: pd.DataFrame, settings: Settings
) -> Search:
    """The boxes that hold where they were not fitted."""
    share, held_by_all = float(cases.interest.mean()), together(others, fold, cases.ranks)
    least = MAJORITY if settings.min_density is None else settings.min_density
    if not boxes:
        single = path.loc[path["chosen"], "leaves"].iloc[0] == 1
        why = (
            "no tree predicts held-out cases better than their share alone does"
            if single
            else f"no leaf of the tree has a density of {least:g} beside one that has not"
        )
        return Search([], path, held_by_all, why=why)
    found, failed = [], []
    for box in sorted(boxes, key=lambda each: -int((each.inside(cases.ranks) & cases.interest).sum())):
        held = alike(box, others, fold, cases.ranks)
        hit = cases.interest[held]
        low = wilson(float(hit.mean()), worth(hit, cases.group[held]))[0] if len(hit) else 0.0
        (found if low > share else failed).append((low, Found(box, held)))
    shown = [each for _, each in found[: settings.boxes]]
    warnings = []
    if len(found) > len(shown):
        warnings.append(
            f"the tree has {len(found)} boxes; the {len(shown)} with most cases of interest are shown. "
            f"boxes={len(found)} shows all"
        )
    why = ""
    if failed:
        why = (
            f"{len(failed)} of {len(boxes)} boxes of the tree do not hold where they were not fitted: the lower bound "
            f"of the held-out density, at most {max(low for low, _ in failed):.2f}, is not above the share of cases of "
            f"interest, {share:.2f}"
        )
    return Search(shown, path, held_by_all, warnings, failed[0][1].box if failed and not found else None, why)
