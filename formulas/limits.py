"""What a formula may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormulaLimits:
    """All times are CPU time of the engine's own process, so that a busy machine makes no formula guilty."""

    preparation_seconds: float = 2.0
    """Reading a formula and making the functions it uses; computes nothing of it, so it ends."""
    evaluation_seconds: float = 0.1
    """One market. QuickJS interrupts itself."""
    kill_seconds: float = 0.4
    """One market, where QuickJS does not look at the clock: the system ends the process. On top of preparing."""
    batch_seconds: float = 2.0
    """All markets of one request; the rest is answered without being computed."""
    turn_seconds: float = 0.05
    """How long one request computes before the next one has its turn."""
    turn_rows: int = 64
    answer_seconds: float = 20.0
    """Wall clock for one turn, should all else fail."""
    memory_bytes: int = 64 * 1024 * 1024
    compiled_formulas: int = 200
    formula_characters: int = 500
    text_characters: int = 200
