"""`python -m bizops`."""

import sys

from bizops.cli import main

sys.exit(main())
