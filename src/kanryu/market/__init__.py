"""Prices and concentration: what market series say, with error rates."""
