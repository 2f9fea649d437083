"""The agent's side: decides about a case, and never sees a credential of GitHub or AWS."""
