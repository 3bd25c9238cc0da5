"""Sweeps: many draws of uncertain parameters and levers, run with several seeds each and kept on disk."""
