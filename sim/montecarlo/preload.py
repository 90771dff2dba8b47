"""What every worker imports, imported once in the server that forks them."""

import contextlib
import importlib

importlib.import_module("pyarrow.parquet")

# if it cannot be imported, the first block that needs it says why; the server would just be gone
with contextlib.suppress(Exception):
    importlib.import_module("sim.montecarlo.block")
