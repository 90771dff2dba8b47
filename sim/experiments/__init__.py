"""Many settings of one scenario: which of its numbers do anything."""
