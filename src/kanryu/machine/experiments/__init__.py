"""The propositions P1 to P24 (definitions/machine, section 12), each with a number, a band and a way to fail."""
