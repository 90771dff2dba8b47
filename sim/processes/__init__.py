"""What happens anyway: one file a process, as in the turn."""
