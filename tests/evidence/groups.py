"""Groups, products and policies of the baseline that the tables name."""

from __future__ import annotations

from datetime import timedelta

PARTS = ("components", "fpv_kit")
"""Products that no fact about Chinese camera drones means."""
ARMS = ("leader_arms", "leader_arms_lax")
MILITARY_RU = ("ru_state", "ru_contractors", "ru_funds")
MILITARY_UA = ("ua_state", "ua_contractors", "ua_funds")
RUSSIAN_FIRMS = ("ru_distributors", "ru_importers", "ru_retailers")
LARGER = ("agricultural", "enterprise", "thermal")
CONTROLS = ("china_catch_all", "china_controls", "china_controls_2024", "china_exit_checks", "china_exit_checks_2024")
EXIT = ("leader_exit",)
BASE = timedelta(days=56)
"""Prices before an event: those of so many days."""
