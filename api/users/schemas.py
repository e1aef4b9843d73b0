"""What the login page and the page header see of a user."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints


class UserView(BaseModel):
    id: UUID
    name: str
    email: str | None
    is_owner: bool


class LoginRequest(BaseModel):
    code: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """From the one-time login link."""


class LoginView(BaseModel):
    user: UserView
