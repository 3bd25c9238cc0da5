"""What agents decide, and how a user's own rule or own agent takes a decision in place of the shipped one."""
