"""Public classes as fields of pydantic models. It prints what became of each, as JSON."""

import inspect
import json

from pydantic import BaseModel, ConfigDict, PydanticUserError, create_model

import zeebe_auth

FOREIGN = ConfigDict(arbitrary_types_allowed=True)


class Settings(BaseModel):
    model_config = FOREIGN

    credentials: zeebe_auth.ClientCredentials


def undefined() -> list[str]:
    """The public classes with which a model is not fully defined."""
    names = []
    for name in zeebe_auth.__all__:
        kind = getattr(zeebe_auth, name)
        if not inspect.isclass(kind):
            continue
        try:
            model = create_model("Model", __config__=FOREIGN, field=(kind, ...))
            model.model_rebuild(raise_errors=True)
        except PydanticUserError:
            names.append(name)
    return names


credentials = zeebe_auth.ClientCredentials(
    client_id="me",
    client_secret="hunter2",
    token_url="https://login.example/token",
    subject_token=zeebe_auth.SubjectToken(zeebe_auth.Secret("hunter2")),
)
settings = Settings(credentials=credentials)
print(
    json.dumps(
        {
            "undefined": undefined(),
            "same": settings.credentials == credentials,
            "copied": settings.model_copy(deep=True).credentials == credentials,
            "shown": "hunter2" in f"{settings!r} {settings} {settings.model_dump()}",
        }
    )
)
