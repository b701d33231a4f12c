"""Classifiers of pictures that lie in one folder for each class, and maps of the places that decide."""
