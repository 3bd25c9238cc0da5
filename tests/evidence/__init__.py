"""The baseline beside the evidence."""
