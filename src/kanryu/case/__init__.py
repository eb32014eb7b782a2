"""Facts that belong together: entities, deals and their legs, events, stakes, figures, series, sources."""
