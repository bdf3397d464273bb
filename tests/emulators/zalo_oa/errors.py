"""Refusals: what the API answers instead of a result, and what the control API answers to a wrong order."""


class ZaloError(Exception):
    """An application error; how it stands in HTTP is a switch."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ControlError(Exception):
    """The test asked for something that cannot be done (no such button, no such person ...)."""


def invalid(field: str) -> ZaloError:
    return ZaloError(-201, f"{field} is invalid!")


def beyond() -> ZaloError:
    return ZaloError(-210, "Parameter exceeds allowable limit")


BAD_TOKEN = (-216, "Access token is invalid")
EXPIRED = (-220, "access_token is expired or removed")
CLOSED = (-230, "User has not interacted with the OA in the past 7 days")
NEVER = (-232, "User has not interacted with the OA, or the last interaction has expired")
WRONG_KIND = (-235, "This API does not support this type of OA")
SHUT_DOWN = (-240, "MessageV2 API has been shut down, please switch to MessageV3")
STRANGER = (-213, "User has not followed OA")
LIMIT = (-32, "Your OA reached limit call api")
