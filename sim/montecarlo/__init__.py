"""Many histories: blocks planned, run by a pool of processes, kept as parts of a study."""
