"""Speed, measured as ratios; no test of the test suite."""
