"""The dashboard: one page on which levers of a scenario are moved and the two arms are run and laid side by side."""
