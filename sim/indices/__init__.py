"""Sensitivity indices: which parameters an outcome of a sweep depends on, by SALib's methods, and how much is luck."""
