"""A result as one page for people who never run code: what `sim report` writes."""
