"""What each kind of policy and each kind of evasion does when it alone is switched on."""
