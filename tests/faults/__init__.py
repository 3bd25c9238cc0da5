"""One-line faults, and the tests that must catch them."""
