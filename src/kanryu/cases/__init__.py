"""Data only: the built-in cases."""
