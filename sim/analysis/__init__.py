"""Numbers drawn from a study's tables: estimates with their intervals. Reads tables, never the model."""
