"""The model beside the evidence."""
