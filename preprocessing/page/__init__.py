"""Final pages: find the lines, separate the ink from arcs, and join the lines into one image."""
