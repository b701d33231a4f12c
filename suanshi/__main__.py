"""`python -m suanshi` is the command `suanshi`."""

import os
import sys

# Python puts the present folder first among those that it imports from, where a file fonts.py of the user's would hide
# our package. The command needs nothing from there, unless that is where this package lies.
SAFE = getattr(sys.flags, "safe_path", sys.flags.isolated)
if not SAFE and os.path.realpath(sys.path[0]) != os.path.dirname(os.path.dirname(os.path.realpath(__file__))):
    del sys.path[0]

from suanshi.main import main  # noqa: E402

if __name__ == "__main__":
    main()
