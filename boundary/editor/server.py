"""The language server: findings as diagnostics while one types, and answers about a place.

Specification: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/ . Lines there
count from 0, and columns are UTF-16 units.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from time import perf_counter

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from boundary import __version__
from boundary.editor import answers
from boundary.editor.session import Look, Session
from boundary.edits import Replacement
from boundary.errors import UserError
from boundary.model import Evidence, Finding, Location

PAUSE = 0.3
"""Seconds without a key pressed after which the workspace is looked at."""

LONGEST = 2.0
"""Seconds that a pause grows to where looking lasts long, so that one look is not followed by the next one at once."""

_SEVERITIES = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "info": types.DiagnosticSeverity.Information,
}


class Server(LanguageServer):
    """One editor's workspace: its session, the last look at it, and which files have diagnostics."""

    def __init__(self) -> None:
        super().__init__("boundary", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.session: Session | None = None
        self.last: Look | None = None
        self._shown: set[str] = set()
        self._waiting: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._lasted = 0.0

    def path(self, uri: str) -> str | None:
        """A document's path in the workspace; None for one outside of it."""
        file = to_fs_path(uri)
        if file is None or self.session is None:
            return None
        with suppress(ValueError, OSError):
            return Path(file).resolve().relative_to(self.session.root).as_posix()
        return None

    def uri(self, path: str) -> str:
        """The address of a file of the workspace."""
        assert self.session
        return from_fs_path(str(self.session.root / path)) or ""

    def soon(self, *, reload: bool = False) -> None:
        """Look at the workspace when nothing more is typed for a moment."""
        if self._waiting:
            self._waiting.cancel()
        self._waiting = asyncio.create_task(self._later(reload))

    async def _later(self, reload: bool) -> None:
        await asyncio.sleep(max(PAUSE, min(self._lasted, LONGEST)))
        await asyncio.shield(self.refresh(reload=reload))

    async def refresh(self, *, reload: bool = False) -> None:
        """Look, away from the thread that answers, and show what is found; what was found before goes."""
        if self.session is None:
            return
        async with self._lock:
            started = perf_counter()
            try:
                if reload:
                    await asyncio.to_thread(self.session.reload)
                self.last = await asyncio.to_thread(self.session.look)
                self._lasted = perf_counter() - started
            except UserError as error:
                where = f"{error.where}: " if error.where else ""
                self.window_log_message(types.LogMessageParams(types.MessageType.Warning, where + error.message))
                return
            self._publish(self.last)

    def _publish(self, look: Look) -> None:
        found: dict[str, list[types.Diagnostic]] = defaultdict(list)
        for finding in look.findings:
            found[finding.location.path].append(self._diagnostic(look, finding))
        for path in sorted(self._shown | found.keys()):
            told = types.PublishDiagnosticsParams(self.uri(path), found.get(path, []))
            self.text_document_publish_diagnostics(told)
        self._shown = set(found)

    def _diagnostic(self, look: Look, finding: Finding) -> types.Diagnostic:
        steps = [*finding.evidence]
        if finding.counterpart:
            steps.append(Evidence(finding.counterpart, "the other end"))
        return types.Diagnostic(
            span(finding.location, look.lines.get(finding.location.path, ())),
            f"{finding.message}\n{finding.fix}".strip(),
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            source="boundary",
            related_information=[
                types.DiagnosticRelatedInformation(types.Location(self.uri(s.location.path), span(s.location)), s.what)
                for s in steps
            ],
        )


def span(place: Location, lines: Iterable[str] = ()) -> types.Range:
    """A place as a range: from its column to the end of its line, where the lines are known."""
    known = list(lines)
    line = known[place.line - 1] if 0 < place.line <= len(known) else ""
    start = _units(line[: place.column - 1]) if line else place.column - 1
    end = max(_units(line.rstrip()), start)
    return types.Range(types.Position(place.line - 1, start), types.Position(place.line - 1, end))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def serve() -> None:
    """Speak with an editor over standard input and output until it says good-bye."""
    made().start_io()


def made() -> Server:
    """A server with all that it can."""
    server = Server()

    @server.feature(types.INITIALIZED)
    async def start(ls: Server, _: types.InitializedParams) -> None:
        folder = to_fs_path(ls.workspace.root_uri or "") if ls.workspace.root_uri else None
        try:
            ls.session = await asyncio.to_thread(Session, Path(folder or "."))
        except UserError as error:
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Error, f"boundary: {error.message}"))
        for uri, document in ls.workspace.text_documents.items():  # what was opened before we were ready
            _typed(ls, uri, document.source)
        await ls.refresh()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(ls: Server, told: types.DidOpenTextDocumentParams) -> None:
        _typed(ls, told.text_document.uri, told.text_document.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(ls: Server, told: types.DidChangeTextDocumentParams) -> None:
        _typed(ls, told.text_document.uri, ls.workspace.get_text_document(told.text_document.uri).source)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(ls: Server, told: types.DidCloseTextDocumentParams) -> None:
        _typed(ls, told.text_document.uri, None)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(ls: Server, _: types.DidChangeWatchedFilesParams) -> None:
        ls.soon(reload=True)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(ls: Server, _: types.DidSaveTextDocumentParams) -> None:
        ls.soon()

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(ls: Server, asked: types.HoverParams) -> types.Hover | None:
        path = ls.path(asked.text_document.uri)
        told = answers.hover(ls.last, path, asked.position.line + 1) if ls.last and path else ""
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, told)) if told else None

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(ls: Server, asked: types.DefinitionParams) -> list[types.Location]:
        path = ls.path(asked.text_document.uri)
        places = answers.definitions(ls.last, path, asked.position.line + 1) if ls.last and path else []
        return [types.Location(ls.uri(place.path), span(place)) for place in places]

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    def actions(ls: Server, asked: types.CodeActionParams) -> list[types.CodeAction]:
        return [*_mending(ls, asked), *_accepting(ls, asked)]

    return server


def _typed(server: Server, uri: str, text: str | None) -> None:
    path = server.path(uri)
    if path is not None and server.session is not None:
        server.session.type(path, text)
        server.soon()


def _mending(server: Server, asked: types.CodeActionParams) -> Iterable[types.CodeAction]:
    """One action for each finding in the range that a rewrite mends, as long as its files are as they were read."""
    path = server.path(asked.text_document.uri)
    if server.last is None or path is None:
        return
    first, last = asked.range.start.line + 1, asked.range.end.line + 1
    for finding in answers.findings_at(server.last, path, first, last):
        rewrite = finding.rewrite
        changes: dict[str, list[types.TextEdit]] = defaultdict(list)
        for edit in rewrite.edits if rewrite else ():
            changes[server.uri(edit.path)].append(_edit(edit, server.last.lines[edit.path]))
        if rewrite and all(_is_as_read(server, uri) for uri in changes):
            risk = f" ({rewrite.unsafe})" if rewrite.unsafe else ""
            yield types.CodeAction(
                f"Fix {finding.code}: {rewrite.what}{risk}",
                kind=types.CodeActionKind.QuickFix,
                edit=types.WorkspaceEdit(changes=dict(changes)),
            )


def _edit(edit: Replacement, lines: Sequence[str]) -> types.TextEdit:
    def at(line: int, column: int) -> types.Position:
        return types.Position(line - 1, _units(lines[line - 1][: column - 1]) if line <= len(lines) else 0)

    return types.TextEdit(types.Range(at(edit.line, edit.column), at(edit.end_line, edit.end_column)), edit.text)


def _is_as_read(server: Server, uri: str) -> bool:
    """Whether a file that is open in the editor says what the last look saw."""
    document, path = server.workspace.text_documents.get(uri), server.path(uri)
    if document is None or path is None or server.last is None:
        return path is not None
    written: str = document.source
    return written.split("\n") == list(server.last.lines[path])


def _accepting(server: Server, asked: types.CodeActionParams) -> Iterable[types.CodeAction]:
    """One action for each finding in the range: the comment above its line that accepts it."""
    path = server.path(asked.text_document.uri)
    if server.last is None or path is None:
        return
    first, last = asked.range.start.line + 1, asked.range.end.line + 1
    lines = server.workspace.get_text_document(asked.text_document.uri).lines
    for finding in answers.findings_at(server.last, path, first, last):
        line = finding.location.line - 1
        comment = answers.exception(finding, lines[line] if line < len(lines) else "", date.today())
        if comment:
            at = types.Position(line, 0)
            edit = types.TextEdit(types.Range(at, at), comment)
            yield types.CodeAction(
                f"Accept {finding.code} here for {answers.ACCEPTED_DAYS} days",
                kind=types.CodeActionKind.QuickFix,
                edit=types.WorkspaceEdit(changes={asked.text_document.uri: [edit]}),
            )
