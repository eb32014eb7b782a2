"""The stock-flow kernel: accounts, verbs, stages and the identities that must hold in every run and quarter."""
