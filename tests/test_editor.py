"""The language server, driven by a client over standard input and output; and what a session knows by itself."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from threading import Event, Thread

import pytest
from lsprotocol import types
from making import lay
from pygls.io_ import run_async
from pygls.lsp.client import LanguageClient

from boundary.cli import main
from boundary.editor.answers import definitions, exception, findings_at, hover
from boundary.editor.server import made, span
from boundary.editor.session import Session
from boundary.errors import UserError
from boundary.model import Finding, Location

CALL = """\
import os

import requests

print("ä𝄞", requests.get(os.environ["CATALOG_URL"] + "/v1/books/7", timeout=5).json())
"""
READ = """\
import psycopg

# the books of others

with psycopg.connect("postgresql://catalog@catalog-db/catalog") as rows:
    rows.execute("SELECT isbn FROM books")
"""
SHOP = {
    "compose.yaml": """\
services:
  catalog: {build: catalog, environment: {DSN: "postgresql://catalog@catalog-db/catalog"}}
  catalog-db: {image: "postgres:16"}
  orders:
    build: orders
    environment:
      CATALOG_URL: http://catalog:8080
""",
    "CODEOWNERS": "/catalog/ @shop/assortment\n/orders/ @shop/order_ing\n",
    "catalog/Dockerfile": 'FROM python:3.12\nCMD ["flask", "run"]\n',
    "catalog/schema.sql": "CREATE TABLE books (isbn text);\n",
    "catalog/openapi.yaml": """\
openapi: 3.0.3
info: {title: Catalog, version: "1"}
paths:
  /v1/books/{isbn}:
    get:
      parameters: [{name: isbn, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: a book}}
""",
    "catalog/app.py": """\
import os

import psycopg
from flask import Flask

app = Flask(__name__)
rows = psycopg.connect(os.environ["DSN"])


@app.get("/v1/books/<isbn>")
def book(isbn: str):
    return rows.execute("SELECT isbn FROM books").fetchone()
""",
    "orders/Dockerfile": 'FROM python:3.12\nCOPY . /srv\nCMD ["python", "/srv/app.py"]\n',
    "orders/app.py": CALL,
}
DAY = date(2026, 5, 4)


def test_a_session_sees_what_is_typed_and_reads_nothing_else_again(tmp_path: Path) -> None:
    session = Session(lay(tmp_path, SHOP))
    assert [one.code for one in session.look(DAY).findings if one.severity == "error"] == []
    session.type("orders/app.py", READ)
    (tmp_path / "catalog" / "app.py").unlink()
    look = session.look(DAY)
    assert [(one.code, one.location.line) for one in look.findings if one.severity == "error"] == [("DAT001", 6)]
    assert [one.code for one in findings_at(look, "orders/app.py", 1, 5)] == []
    assert [one.code for one in findings_at(look, "orders/app.py", 6, 9)] == ["DAT001"]
    session.type("orders/app.py", READ.replace("    rows", "    # boundary: ignore[DAT001] for now\n    rows"))
    assert [one.code for one in session.look(DAY).findings if one.severity == "error"] == []
    session.type("orders/app.py", None)
    session.type("orders/new.py", READ)
    assert [str(one.location) for one in session.look(DAY).findings if one.code == "DAT001"] == ["orders/new.py:6"]
    session.type("orders/new.py", None)
    assert [one.code for one in session.look(DAY).findings if one.code == "DAT001"] == []
    session.reload()
    assert session.look(DAY).graph.nodes["service:catalog"].location


def test_what_says_nothing_new_is_not_resolved_again(tmp_path: Path) -> None:
    session = Session(lay(tmp_path, SHOP | {"orders/app.py": READ}))
    first = session.look()
    session.type("orders/app.py", READ + "# seen\n")
    second = session.look()
    assert second.graph is first.graph
    assert second.findings == first.findings
    session.type(
        "orders/app.py", READ.replace("    rows.exec", "    # boundary: ignore[DAT001] for now\n    rows.exec")
    )
    assert "DAT001" not in {finding.code for finding in session.look().findings}
    session.type("orders/app.py", CALL)
    assert session.look().graph is not first.graph
    contract = SHOP["catalog/openapi.yaml"]
    third = session.look()
    session.type("catalog/openapi.yaml", contract + "# as promised\n")
    assert session.look().graph is not third.graph


def test_what_a_place_means(tmp_path: Path) -> None:
    look = Session(lay(tmp_path, SHOP)).look(DAY)
    told = hover(look, "orders/app.py", 5)
    assert told.startswith(
        "**orders** http **catalog**\n- GET /v1/books/\\{isbn\\}\n\nservice catalog, owner assortment\n"
    )
    assert "compose.yaml:7" in told
    assert hover(look, "orders/app.py", 1) == ""
    assert list(map(str, definitions(look, "orders/app.py", 5))) == ["catalog/app.py:10", "catalog/openapi.yaml:5"]
    read = hover(look, "catalog/app.py", 12)
    assert "table books, kept by catalog, owner assortment" in read
    assert list(map(str, definitions(look, "catalog/app.py", 12))) == ["catalog/schema.sql:1"]


@pytest.mark.parametrize(
    ("path", "line", "comment"),
    [
        ("a.py", "    read()", "    # boundary: ignore[DAT001] until=2026-08-02 accepted for now; say why\n"),
        ("a/Dockerfile.dev", "COPY", "# boundary: ignore[DAT001] until=2026-08-02 accepted for now; say why\n"),
        ("a.TS", "\tread()", "\t// boundary: ignore[DAT001] until=2026-08-02 accepted for now; say why\n"),
        ("pom.xml", "<a/>", "<!-- boundary: ignore[DAT001] until=2026-08-02 accepted for now; say why -->\n"),
        ("a.json", "{}", None),
    ],
)
def test_the_comment_that_accepts_a_finding(path: str, line: str, comment: str | None) -> None:
    finding = Finding(code="DAT001", rule="r", clause="c", severity="error", message="m", location=Location(path))
    assert exception(finding, line, DAY) == comment


def test_places_are_counted_as_editors_do() -> None:
    at = span(Location("a.py", 2, 4), ["", "ä𝄞x = 1  "])
    assert (at.start.line, at.start.character, at.end.character) == (1, 4, 8)
    assert span(Location("a.py", 9, 3)).end.character == 2


def test_nothing_to_analyse_and_a_wrong_configuration(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        Session(lay(tmp_path, {"boundary.toml": "wrong = 1\n"}))
    with pytest.raises(UserError):
        Session(lay(tmp_path / "empty", {"notes.txt": "none"})).look(DAY)


def test_without_pygls_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("boundary.cli.lsp.find_spec", lambda _: None)
    assert main(["lsp"]) == 2
    assert "boundary[lsp]" in capsys.readouterr().err


class Editor:
    """A client of the server, as small as an editor can be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = LanguageClient("editor", "1")
        self.told: dict[str, list[types.Diagnostic]] = {}
        self.logged: list[str] = []
        self.news = asyncio.Event()

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(_: LanguageClient, told: types.PublishDiagnosticsParams) -> None:
            self.told[told.uri] = list(told.diagnostics)
            self.news.set()

        @self.client.feature(types.WINDOW_LOG_MESSAGE)
        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def said(_: LanguageClient, told: types.LogMessageParams) -> None:
            self.logged.append(told.message)
            self.news.set()

    def uri(self, path: str) -> str:
        return (self.folder / path).as_uri()

    def codes(self, path: str) -> list[object]:
        return [one.code for one in self.told.get(self.uri(path), ()) if one.severity == types.DiagnosticSeverity.Error]

    def opens(self, path: str, text: str) -> None:
        item = types.TextDocumentItem(self.uri(path), "python", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def types_(self, path: str, text: str) -> None:
        document = types.VersionedTextDocumentIdentifier(2, self.uri(path))
        whole = [types.TextDocumentContentChangeWholeDocument(text)]
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, whole))

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not done():
                await self.news.wait()
                self.news.clear()


def with_editor(folder: Path, work: Callable[[Editor], Awaitable[None]], *, apart: bool = False) -> None:
    """An editor at work; the server runs in a process of its own (``apart``), or in a thread, where it can be measured."""

    async def run() -> None:
        editor = Editor(folder)
        client = editor.client
        here, there = socket.socketpair()
        with here, there, there.makefile("rb") as heard, there.makefile("wb") as said:
            thread = Thread(target=lambda: made().start_io(heard, said))
            if apart:
                await client.start_io(sys.executable, "-m", "boundary", "lsp", "--stdio")
            else:
                thread.start()
                reader, writer = await asyncio.open_connection(sock=here)
                client.protocol.set_writer(writer)
                task = run_async(stop_event=Event(), reader=reader, protocol=client.protocol)
                listening = asyncio.create_task(task)
            asked = types.InitializeParams(types.ClientCapabilities(), root_uri=folder.as_uri())
            await client.initialize_async(asked)
            client.initialized(types.InitializedParams())
            await work(editor)
            await client.shutdown_async(None)
            client.exit(None)
            if apart:
                await client.stop()
            else:
                await asyncio.to_thread(thread.join)
                listening.cancel()

    asyncio.run(run())


def test_a_server_of_its_own_speaks_over_standard_input_and_output(tmp_path: Path) -> None:
    async def work(editor: Editor) -> None:
        editor.opens("orders/app.py", READ)
        await editor.until(lambda: editor.codes("orders/app.py") == ["DAT001"])

    with_editor(lay(tmp_path, SHOP), work, apart=True)


def test_an_editor_is_told_what_is_typed_and_answered(tmp_path: Path) -> None:
    async def work(editor: Editor) -> None:
        editor.opens("orders/app.py", CALL)
        editor.types_("orders/app.py", READ)
        await editor.until(lambda: editor.codes("orders/app.py") == ["DAT001"])
        [found] = [one for one in editor.told[editor.uri("orders/app.py")] if one.code == "DAT001"]
        assert "reads" in found.message
        assert found.range.start.line == 5
        assert found.related_information
        at = types.TextDocumentPositionParams(
            types.TextDocumentIdentifier(editor.uri("orders/app.py")), found.range.start
        )
        asked = types.CodeActionParams(at.text_document, found.range, types.CodeActionContext([found]))
        actions = await editor.client.text_document_code_action_async(asked)
        action = next(one for one in actions or () if "DAT001" in one.title)
        assert isinstance(action, types.CodeAction)
        [edit] = ((action.edit and action.edit.changes) or {})[editor.uri("orders/app.py")]
        lines = READ.splitlines(keepends=True)
        editor.types_("orders/app.py", "".join([*lines[:5], edit.new_text, *lines[5:]]))
        await editor.until(lambda: editor.codes("orders/app.py") == [])
        editor.types_("orders/app.py", CALL)
        editor.client.text_document_did_save(types.DidSaveTextDocumentParams(at.text_document))
        place = types.Position(4, 20)
        told = None
        while not (told and isinstance(told.contents, types.MarkupContent) and "orders** http" in told.contents.value):
            await asyncio.sleep(0.05)
            told = await editor.client.text_document_hover_async(types.HoverParams(at.text_document, place))
        assert "owner assortment" in told.contents.value
        led = await editor.client.text_document_definition_async(types.DefinitionParams(at.text_document, place))
        assert isinstance(led, list)
        assert next(one.uri for one in led if isinstance(one, types.Location)) == editor.uri("catalog/app.py")
        elsewhere = types.TextDocumentIdentifier("file:///nowhere/x.py")
        assert not await editor.client.text_document_hover_async(types.HoverParams(elsewhere, place))
        lay(tmp_path, {"orders/app.py": READ})
        editor.client.text_document_did_close(types.DidCloseTextDocumentParams(at.text_document))
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([]))
        await editor.until(lambda: editor.codes("orders/app.py") == ["DAT001"])

    with_editor(lay(tmp_path, SHOP), work)


def test_an_editor_is_told_what_is_wrong_with_the_configuration(tmp_path: Path) -> None:
    async def work(editor: Editor) -> None:
        await editor.until(lambda: bool(editor.logged))
        assert "unknown key" in editor.logged[0]
        editor.opens("app.py", "x")

    with_editor(lay(tmp_path, {"boundary.toml": "wrong = 1\n"}), work)


def test_an_editor_is_told_when_there_is_nothing(tmp_path: Path) -> None:
    async def work(editor: Editor) -> None:
        await editor.until(lambda: bool(editor.logged))
        hover_ = types.HoverParams(types.TextDocumentIdentifier(editor.uri("a.txt")), types.Position(0, 0))
        assert not await editor.client.text_document_hover_async(hover_)

    with_editor(lay(tmp_path, {"a.txt": ""}), work)


def test_an_editor_is_offered_what_mends_a_finding(tmp_path: Path) -> None:
    published = SHOP["compose.yaml"].replace('"postgres:16"}', '"postgres:16", ports: ["5432:5432"]}')

    async def work(editor: Editor) -> None:
        editor.opens("compose.yaml", published)
        await editor.until(lambda: bool(editor.told.get(editor.uri("compose.yaml"))))
        document = types.TextDocumentIdentifier(editor.uri("compose.yaml"))
        line = types.Range(types.Position(2, 0), types.Position(2, 60))
        asked = types.CodeActionParams(document, line, types.CodeActionContext([]))
        actions = await editor.client.text_document_code_action_async(asked)
        [action] = [one for one in actions or () if one.title.startswith("Fix NET002: publishes the port")]
        assert isinstance(action, types.CodeAction)
        [edit] = ((action.edit and action.edit.changes) or {})[document.uri]
        at = published.splitlines()[2].index("5432:5432")
        assert (edit.range, edit.new_text) == (
            types.Range(types.Position(2, at), types.Position(2, at)),
            "127.0.0.1:",
        )

    with_editor(lay(tmp_path, SHOP | {"compose.yaml": published}), work)
