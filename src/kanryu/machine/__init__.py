"""The capital loop as a simulation whose books close exactly."""
