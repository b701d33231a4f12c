"""Training on a folder of labelled images: its task, its split, what is mixed with it, and how it is measured."""
