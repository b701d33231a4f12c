"""Known weights: beginning with them, in a deeper network too, and their mean."""
