"""What the encoder remembers of answers is bounded by their size, not only by their number."""

from datetime import UTC, datetime

from activities.evidence_encoding import BYTES_REMEMBERED, EvidenceEncoder
from domain.market.answers import MarketsAnswer
from tests.fixed_markets import a_market

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MARKETS = tuple(a_market(f"m{number}") for number in range(500))


def _snapshot() -> MarketsAnswer:
    return MarketsAnswer(observed_at=NOW, markets=MARKETS)


def test_an_answer_is_encoded_once_while_it_is_remembered() -> None:
    encoder, answer = EvidenceEncoder(), _snapshot()
    assert encoder.encode(answer)[1] is encoder.encode(answer)[1]
    assert encoder.bytes_remembered == len(answer.model_dump_json())


def test_days_of_large_answers_stay_within_the_bound() -> None:
    encoder = EvidenceEncoder()
    size = len(_snapshot().model_dump_json())
    newest = _snapshot()
    for _ in range(2 * BYTES_REMEMBERED // size):
        newest = _snapshot()
        first = encoder.encode(newest)
    assert BYTES_REMEMBERED - size <= encoder.bytes_remembered <= BYTES_REMEMBERED
    assert encoder.encode(newest)[1] is first[1], "the newest is still there"


def test_an_answer_larger_than_the_bound_is_encoded_and_forgotten() -> None:
    encoder = EvidenceEncoder()
    many = BYTES_REMEMBERED // len(_snapshot().model_dump_json()) + 1
    digest, packed = encoder.encode(MarketsAnswer(observed_at=NOW, markets=MARKETS * many))
    assert len(digest) == 64
    assert packed
    assert encoder.bytes_remembered == 0
