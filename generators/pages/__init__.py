"""Final pages: layout, drawing, and the samples that a reader is trained on."""
