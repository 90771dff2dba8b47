"""The dashboard: finished studies and sweeps in a browser. Handed the function that opens a history."""
