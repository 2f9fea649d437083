"""A process of its own for bandit: `python -m bizops.agent.tools.bandit_run FOLDER` prints what it found as JSON.

What it parses is foreign code: a file made to exhaust the parser ends this process, not the agent.
"""

import json
import logging
import sys
from pathlib import Path


def report(folder: Path) -> dict[str, list[list[object]]]:
    """`results`: [file number, line, test, severity, confidence, text]; `skipped`: [file number, reason]."""
    from bandit.core.config import BanditConfig
    from bandit.core.manager import BanditManager

    logging.disable(logging.CRITICAL)
    manager = BanditManager(BanditConfig(), "file", quiet=True, ignore_nosec=True)
    manager.files_list = sorted(str(path) for path in folder.glob("*.py"))
    manager.run_tests()
    results = [
        [int(Path(i.fname).stem), i.lineno, i.test_id, str(i.severity), str(i.confidence), i.text] for i in manager.results
    ]
    return {"results": results, "skipped": [[int(Path(name).stem), reason] for name, reason in manager.get_skipped()]}


if __name__ == "__main__":
    print(json.dumps(report(Path(sys.argv[1]))))
