"""The flagship model: the AI capital loop of the essays, one mechanism a file (definitions/machine, sections 2-7)."""
