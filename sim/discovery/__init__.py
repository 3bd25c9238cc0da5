"""Scenario discovery: the parts of a sweep's space in which an outcome meets a condition, in plain words."""
