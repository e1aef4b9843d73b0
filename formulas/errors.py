"""Faults of the formula engine itself; a formula that fails is a result, never one of these."""

from domain.errors import DomainError


class FormulaEngineUnavailable(DomainError):
    """The engine cannot compute anything: its library is missing or its process does not run."""
