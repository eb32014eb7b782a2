"""Dated money between named accounts, as arrays: the one form that every measure reads."""
