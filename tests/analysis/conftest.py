"""The toy study, for the tests of this folder."""

from tests.montecarlo.toy_study import toy

__all__ = ["toy"]
