"""Agents as objects: each reads and writes its row of the engine's columns, and takes its decisions on present state.

The classes here know nothing of Mesa; :mod:`sim.mesa_model` makes Mesa agents of them.
"""
