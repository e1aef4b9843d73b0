"""What can go wrong with a venue, named by consequence."""


class MarketDataUnavailable(Exception):
    """The venue or the network is unwell; the same request may work later. `retry_after` in seconds, if the venue said."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class MarketDataRefused(Exception):
    """The venue understood and said no: our bug, or the venue changed. Retrying does not help."""


class MalformedEntry(MarketDataRefused):
    """The venue answered in the known shape, but what it says of some keys cannot be read."""
