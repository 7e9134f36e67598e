"""The names of what `Platform` triggers."""


class Events:
    """Events; a success brings the ApiResponse, an error the exception."""

    refreshSuccess = "refreshSuccess"  # noqa: N815 - the official names
    refreshError = "refreshError"  # noqa: N815
    loginSuccess = "loginSuccess"  # noqa: N815
    loginError = "loginError"  # noqa: N815
    logoutSuccess = "logoutSuccess"  # noqa: N815
    logoutError = "logoutError"  # noqa: N815
