"""One history: replay and narration."""
