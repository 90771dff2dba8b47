"""Serving the page on this machine alone: to no foreign name or page, and without foreign scripts."""

from __future__ import annotations

import errno
import socket
import threading
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, UsageError

if TYPE_CHECKING:
    from dash import Dash

HOST = "127.0.0.1"

#: Names by which a browser on this machine may ask; any other was pointed here by a foreign name server.
NAMES = (HOST, "localhost")


def listening(port: int) -> socket.socket:
    """Return a socket that listens on a port of this machine, 0 for any; a `UsageError` where it is taken."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError as fault:
        made.close()
        if fault.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        why = "is in use" if fault.errno == errno.EADDRINUSE else "is not open to you"
        repair = f"give another: --port {port + 1 if port < 65_535 else 8050}"
        raise UsageError(Problem("", None, "--port", f"{port} {why}", repair)) from None
    made.listen(64)
    return made


def guarded(app: Dash, port: int) -> Dash:
    """Refuse requests by another name or from another page, and let the page run its own scripts only."""
    from flask import Response, request

    hosts = {f"{name}:{port}" for name in NAMES}
    origins = {f"http://{host}" for host in hosts}
    policy = _policy(app)

    @app.server.before_request
    def refuse_strangers() -> Response | None:
        """Answer to this machine alone, by its own names."""
        origin = request.headers.get("Origin")
        if request.host not in hosts or (origin is not None and origin not in origins):
            return Response("refused: this dashboard answers to its own machine only\n", 403)
        return None

    @app.server.after_request
    def lock(response: Response) -> Response:
        """Say what the page may load and run, and who may read it."""
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return app


def _policy(app: Dash) -> str:
    """Return the content security policy: scripts of the page itself, and its one inline line by its hash."""
    scripts = " ".join(app.csp_hashes())
    return (
        f"default-src 'none'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )


def serve(app: Dash, made: socket.socket) -> None:
    """Answer requests until interrupted."""
    from werkzeug.serving import make_server

    threading.Thread(target=_warm, daemon=True).start()
    port = made.getsockname()[1]
    server = make_server(HOST, port, app.server, threaded=True, request_handler=_quiet(), fd=made.fileno())
    server.serve_forever()


def _warm() -> None:
    """Do what the first figure needs once while the page is on its way to the browser."""
    from sim.dashboard import drawn

    drawn.figure((), 100)


def _quiet() -> Any:
    """Return a handler that does not write a line a request."""
    from werkzeug.serving import WSGIRequestHandler

    class Quiet(WSGIRequestHandler):
        """Says nothing of requests."""

        protocol_version = "HTTP/1.1"  # one connection for many requests

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    return Quiet
