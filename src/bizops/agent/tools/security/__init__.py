"""Secrets, code, workflows and controls: what `ai-security-agent` looks at."""
