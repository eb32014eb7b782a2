"""Published models on the same kernel; their known numbers are the kernel's oracles (definitions, section 10)."""
