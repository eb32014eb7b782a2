"""The local page and its API: shows what the measures return, computes nothing."""
