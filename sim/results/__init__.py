"""What is kept: the folder of a study, its parts, its tables. Knows nothing of the model."""
