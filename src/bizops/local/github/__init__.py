r"""The embedded GitHub: real HTTP on 127.0.0.1, for the demo, for `act`, for tests and for benchmarks.

    from bizops.local.github.server import LocalGitHub

    with LocalGitHub("acme/ops", clock=datetime(2026, 11, 25, 9, tzinfo=UTC)) as github:
        github.user("mara", "write")                                  # admin maintain write triage read, or none
        issue = github.open_by_form("zoe", "Balance", "### Priority\n\nP0", labels=["finance"])
        token = github.job_token({"issues": "write", "contents": "read", "actions": "read"})
        ...  # a client at github.url (GITHUB_API_URL) with that token
        github.comments(issue.number), github.labels(issue.number), github.timeline(issue.number)
        github.deliveries[0].payload                                  # what GITHUB_EVENT_PATH would hold
        github.faults.add(drop(after=True), method="POST", nth=1)     # bizops.local.github.faults
        github.clock.advance(hours=4)
        [entry.path for entry in github.log if entry.write]

Writes beyond the API are functions on `github.state`: `issues.py`, `labels.py`, `runs.py`, `git.py`, and `seed.py` for
many issues at once. `github.state.subscribe` hears each delivery. `github.faults.hook` is called on both sides of each
request, where a test may kill a process. `serve` blocks; from another process use `/_local/` (`admin.py`).
"""
