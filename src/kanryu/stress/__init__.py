"""What breaks when a link breaks."""
