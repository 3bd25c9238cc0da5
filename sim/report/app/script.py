"""What Streamlit runs: the page of the dashboard, with the scenario named on the command line."""

from __future__ import annotations

import sys

from sim.report.app.page import page

# Only where Streamlit runs it: drawn by a mere import, the page leaves its form open for all that comes after.
if __name__ == "__main__":
    page(*sys.argv[1:2])
