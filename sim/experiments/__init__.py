"""Experiments: runs with their twins, joined, compared and stored."""
