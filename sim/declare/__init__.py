"""What a parameter is: its unit, bounds, distribution, schedule, description, evidence and errors."""
