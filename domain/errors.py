"""Faults of the domain. A business "no" is a value, never one of these."""


class DomainError(Exception):
    """Base of all domain faults; the message is one sentence a person understands."""


class InvalidValue(DomainError):
    """A value from outside is not what it claims to be."""


class InvalidGraph(DomainError):
    """A graph that validation refused reached the evaluator: a bug of the caller."""


class InvariantViolation(DomainError):
    """A promise of the books does not hold. Never caught silently."""
