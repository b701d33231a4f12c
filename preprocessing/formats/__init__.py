"""Image files: one file a format, what to expect of them, and the limits on them."""
