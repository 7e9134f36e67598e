"""The developer console: sign in, create an app from a link or by hand, see one's own apps."""
