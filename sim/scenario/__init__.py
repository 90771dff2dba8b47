"""What a user writes: strict YAML, shapes, references, assumptions, and the resolved scenario."""
