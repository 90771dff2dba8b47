"""Which they choose: beliefs, appraisal, the race of clocks, doctrine."""
