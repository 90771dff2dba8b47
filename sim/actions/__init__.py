"""What can be done: the catalogue, choices per desk, requirements, effects."""
