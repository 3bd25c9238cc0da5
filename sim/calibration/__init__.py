"""Calibration: which draws of the uncertain parameters agree with the evidence, and what it cannot tell apart."""
