"""The policy coordinator: keeps the clocks of all issues, escalates, starts again what was missed (`bizops sweep`)."""

import sys

try:
    from bizops.cli import main
except ModuleNotFoundError as missing:
    print(f"{missing}: run `make venv` once, then .venv/bin/python {sys.argv[0]}", file=sys.stderr)
    sys.exit(2)

if __name__ == "__main__":
    sys.exit(main(["sweep", *sys.argv[1:]]))
