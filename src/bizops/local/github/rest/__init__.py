"""The REST API: what each path and method does."""
