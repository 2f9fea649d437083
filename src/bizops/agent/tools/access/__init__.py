"""Access review: a list of accounts against rules."""
