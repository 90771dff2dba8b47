"""What is true: axes, quantities, parameters."""
