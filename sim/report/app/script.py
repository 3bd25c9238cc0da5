"""What Streamlit runs: the page of the dashboard, with the scenario named on the command line."""

from __future__ import annotations

import sys

from sim.report.app.page import page

page(*sys.argv[1:2])
