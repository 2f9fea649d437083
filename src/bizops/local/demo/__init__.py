"""The demo: example issues, what became of each, and how a terminal shows it."""
