"""`python -m suanshi` is the command `suanshi`."""

from suanshi.main import main

main()
