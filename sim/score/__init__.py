"""The model against what is known: claims about directions, and whether every mechanism has a lever."""
