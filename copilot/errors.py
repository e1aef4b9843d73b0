"""Why a model wrote no draft."""


class ModelUnavailable(Exception):
    """The model cannot be asked now, or took too long; later it may work. The message is a sentence for people."""

    def __init__(self, said: str, retry_after: int = 10) -> None:
        super().__init__(said)
        self.retry_after = retry_after


class ModelRefused(ModelUnavailable):
    """The endpoint refuses this key, this model or this request: only who runs Cascadian can change that."""

    def __init__(self, said: str) -> None:
        super().__init__(said, 300)
