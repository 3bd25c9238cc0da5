"""What facts are in a run."""
