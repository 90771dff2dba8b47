"""Pictures: one figure a file, and the page."""
