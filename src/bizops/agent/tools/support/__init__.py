"""Search over articles and solved issues, and what is answered from it."""
