"""The rules once more, as idiomatic Mesa objects: the referee of the fast engine."""
