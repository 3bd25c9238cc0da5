"""A file becomes a resolved scenario: reading, extending, dotted paths, checks, gathered errors."""
