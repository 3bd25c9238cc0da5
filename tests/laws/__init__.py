"""Laws that every run obeys, whatever the scenario."""
