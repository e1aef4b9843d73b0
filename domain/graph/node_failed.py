"""A node broke: a bug of the node, not of the market or the venue."""

from domain.errors import DomainError


class NodeFailed(DomainError):
    """Fails this execution only. `message` is what the node said; the cause is chained."""

    def __init__(self, node_id: str, node_title: str, message: str) -> None:
        super().__init__(f'node "{node_title}" ({node_id}) failed: {message}')
        self.node_id = node_id
        self.node_title = node_title
        self.message = message
