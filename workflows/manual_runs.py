"""What people who ran a strategy by hand were answered: the same request gets the same answer again."""

from collections.abc import Iterable

from contracts.strategy import RunNowResult

REMEMBERED = 20


class ManualRuns:
    """The newest answers by request id."""

    def __init__(self, answers: Iterable[RunNowResult]) -> None:
        self._answers = {answer.request_id: answer for answer in answers}

    def known(self, request_id: str) -> RunNowResult | None:
        return self._answers.get(request_id)

    def remember(self, answer: RunNowResult) -> None:
        self._answers[answer.request_id] = answer
        while len(self._answers) > REMEMBERED:
            del self._answers[next(iter(self._answers))]

    def promised(self, number: int) -> bool:
        """Whether somebody was answered that this execution would be theirs."""
        return any(answer.number == number for answer in self._answers.values())

    def all(self) -> tuple[RunNowResult, ...]:
        """Oldest first."""
        return tuple(self._answers.values())
