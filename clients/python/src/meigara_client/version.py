"""The client's own version; it is told to the server with every request."""

VERSION = "0.1.0"
