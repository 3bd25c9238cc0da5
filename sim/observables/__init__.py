"""Observables: what the facts of `seeds/facts.csv` are in a run, declared row by row in `seeds/observables.toml`."""
