"""The agents' tools, a module for each field of work."""
