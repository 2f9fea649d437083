"""A process of its own for bandit: `python -m bizops.agent.tools.security.bandit_run FOLDER SECONDS` prints its report.

What it parses is foreign code: a file made to exhaust the parser ends this process, not the agent.
"""

import json
import logging
import sys
import time
from pathlib import Path


def report(folder: Path, seconds: float) -> dict[str, list[list[object]]]:
    """`results`: [file number, line, test, severity, confidence, text]; `skipped`: [file number, reason].

    Files are read in the order of their numbers; those that are not begun after `seconds` are `left`: [file number].
    """
    from bandit.core.config import BanditConfig
    from bandit.core.manager import BanditManager

    logging.disable(logging.CRITICAL)
    results: list[list[object]] = []
    skipped: list[list[object]] = []
    left: list[list[object]] = []
    until = time.monotonic() + seconds
    for path in sorted(folder.glob("*.py")):
        number = int(path.stem)
        if time.monotonic() > until:
            left.append([number])
            continue
        manager = BanditManager(BanditConfig(), "file", quiet=True, ignore_nosec=True)
        manager.files_list = [str(path)]
        manager.run_tests()
        results += [[number, i.lineno, i.test_id, str(i.severity), str(i.confidence), i.text] for i in manager.results]
        skipped += [[number, reason] for _, reason in manager.get_skipped()]
    return {"results": results, "skipped": skipped, "left": left}


if __name__ == "__main__":
    print(json.dumps(report(Path(sys.argv[1]), float(sys.argv[2]))))
