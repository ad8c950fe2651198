"""`python -m desktop_app.cli`."""

import sys

from desktop_app.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
