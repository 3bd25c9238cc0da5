"""Measures: what is read off a run and its twin.

Each measure is declared once, with its label, unit, rules of aggregation and the case in which it is undefined.
An undefined measure is missing with a reason, never 0.
"""
