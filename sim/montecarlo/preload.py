"""What every worker imports, imported once in the server that forks them."""

import pyarrow.compute
import pyarrow.parquet  # noqa: F401

import sim.montecarlo.block  # noqa: F401
