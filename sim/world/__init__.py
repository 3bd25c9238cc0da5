"""The world as columns: initial, changing, recorded; keyed draws, paths, lots and accounts."""
