"""Time: the Mesa model, its agents, the turn, the recorder."""
