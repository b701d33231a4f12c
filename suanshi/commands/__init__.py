"""One file for each command of `suanshi`."""
