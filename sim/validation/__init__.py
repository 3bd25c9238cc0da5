"""Validation: the model beside the evidence, scored against naive forecasts."""
