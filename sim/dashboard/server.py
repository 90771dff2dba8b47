"""Serving the page on this machine alone: to no foreign name or page, and without foreign scripts."""

from __future__ import annotations

import errno
import json
import socket
import threading
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, UsageError

if TYPE_CHECKING:
    from dash import Dash

HOST = "127.0.0.1"

#: Names by which a browser on this machine may ask; any other was pointed here by a foreign name server.
NAMES = (HOST, "localhost")

#: Most bytes of a request: what the page asks for takes some thousands.
MOST = 1_000_000

#: Where the page asks for figures, and where it gets scripts.
UPDATE, SUITES = "/_dash-update-component", "/_dash-component-suites/"


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
    app.server.config["MAX_CONTENT_LENGTH"] = MOST

    @app.server.before_request
    def refuse_strangers() -> Response | None:
        """Answer to this machine alone, by its own names."""
        origin = request.headers.get("Origin")
        if request.host not in hosts or (origin is not None and origin not in origins):
            return Response("refused: this dashboard answers to its own machine only\n", 403)
        if (request.content_length or 0) > MOST:
            return Response(f"too large: a request has at most {MOST:,} bytes\n", 413)
        if request.path == UPDATE and not _is_sound(app, request.get_data()):
            return Response("not understood: no figure of the page asks so\n", 400)
        return None

    @app.server.errorhandler(Exception)
    def refuse_nonsense(fault: Exception) -> Response:
        """Answer what nobody's page asks in a line; faults of figures are told where they are drawn."""
        status = getattr(fault, "code", None) or (404 if request.path.startswith(SUITES) else 400)
        return Response("there is no such thing\n" if status == 404 else "not understood\n", status)

    @app.server.after_request
    def lock(response: Response) -> Response:
        """Say what the page may load and run, and who may read it."""
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    return app


def _is_sound(app: Dash, body: bytes) -> bool:
    """Whether a request is one that the page could make: a callback there is, with the inputs it has."""
    try:
        asked = json.loads(body)
        callback = app.callback_map[asked["output"]]
        ids = [
            [(each["id"], each["property"]) for each in places]
            for places in (asked["inputs"], asked.get("state", []), callback["inputs"], callback["state"])
        ]
        changed = asked.get("changedPropIds", [])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False
    return ids[:2] == ids[2:] and isinstance(changed, list) and all(isinstance(each, str) for each in changed)


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

        def log_error(self, format: str, *args: Any) -> None:  # noqa: A002  as the base class has it
            """Say nothing of what is no HTTP."""

    return Quiet
