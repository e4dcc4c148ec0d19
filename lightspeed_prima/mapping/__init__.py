"""Controlled master data: the CSV files that say what a Lightspeed thing is called in Prima."""

from lightspeed_prima.mapping.load import load_mappings
from lightspeed_prima.mapping.problems import MappingError, MappingProblem
from lightspeed_prima.mapping.reader import read_mappings
from lightspeed_prima.mapping.rows import Mappings

__all__ = ["MappingError", "MappingProblem", "Mappings", "load_mappings", "read_mappings"]
