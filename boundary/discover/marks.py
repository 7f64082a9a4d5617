"""What a path alone tells about a file: tests, examples, documentation, what others wrote, what a machine wrote.

Conservative: folder names count only as a whole, so that a service ``test-service`` or ``examples-api`` stays in, and
below ``src/main`` (Maven, Gradle) no folder name counts, because there they are package names. A file without a mark is
analysed; one that is vendored or generated too, since that it is there may be the finding; the others are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

ANALYSED = frozenset({"", "vendored", "generated"})
"""Marks of files that are read."""

UNREADABLE = "unreadable"
"""The mark of a folder or file that may not be read; no path tells it."""

_NAMES = {
    "installed": (
        "node_modules bower_components site-packages dist-packages .venv venv .tox .nox .eggs __pycache__ .terraform "
        ".terragrunt-cache .gradle .m2 .bundle .yarn .pnpm-store .next .nuxt .mypy_cache .pytest_cache .ruff_cache"
    ),
    "vendored": "vendor vendored third_party third-party thirdparty _vendor",
    "generated": (
        "generated __generated__ genproto generated-sources gen-py gen-cpp gen-java gen-go gen-js gen-nodejs gen-php "
        "gen-rb gen-lua gen-csharp gen-netstd gen-c_glib"
    ),
    "test": (
        "test tests __tests__ testdata test-data test_data __mocks__ __snapshots__ e2e cypress integration-tests "
        "integration_tests unit-tests unit_tests"
    ),
    "example": "example examples samples .devcontainer",
    "documentation": "doc docs documentation",
    "specification": "spec specs",
}
_MARK_OF_NAME = {name: mark for mark, names in _NAMES.items() for name in names.split()}
_TESTS = re.compile(
    r".+\.(Unit|Functional|Integration|Acceptance|E2E)?Tests?"
    r"|(.+-)?(integration|unit|e2e|end-to-end|component|functional|acceptance)-tests?"
    r"|(integration|component|functional|acceptance|endToEnd|int|contract|consumer|provider|system|smoke|load|performance)Test"
    r"|(common|jvm|js|native|ios|desktop|android|androidUnit|androidInstrumented)Test|testFixtures"
)
"""Test projects of .NET solutions and Gradle builds, and source sets of Gradle and of Kotlin's builds for several
platforms, are named for what they test."""

_FILES = {
    "generated": re.compile(
        r".+_pb2(_grpc)?\.pyi?|.+\.pb(\.gw|\.validate|\.micro)?\.go|.+_grpc\.pb\.go|.+_pb\.(d\.ts|js|ts)"
        r"|.+\.(g|designer|generated)\.cs|.+\.min\.(js|css)|.+\.gen\.\w+"
    ),
    "test": re.compile(
        r"conftest\.py|test_.*\.py|.*_test\.(py|go|rb)|.*_spec\.rb|.*[.-](test|spec)\.[cm]?[jt]sx?"
        r"|.*[a-z](Test|Tests|IT|ITCase)\.(java|kt|cs|groovy|scala)|.*Spec\.(kt|groovy|scala)"
        r"|(docker-)?compose[.-](tests?|e2e)\.ya?ml"
    ),
    "example": re.compile(r"(usage_)?examples\.py|.+_examples\.py"),
    "documentation": re.compile(r"(?i).*\.(md|markdown|rst|adoc|asciidoc|drawio|puml)"),
    "asset": re.compile(
        r"(?i).*\.(png|jpe?g|gif|bmp|ico|webp|svg|pdf|psd|ttf|otf|woff2?|eot|mp[34]|m4a|wav|ogg|mov|avi|webm|zip|tar"
        r"|t?gz|bz2|xz|zst|7z|rar|jar|war|ear|whl|class|py[co]|so|dylib|dll|exe|wasm|parquet|sqlite3?|keystore|jks|p12"
        r"|pfx|map|css|scss|sass|less)"
    ),
}
_SPECIFICATION = re.compile(r".*\.(rb|[cm]?[jt]sx?)")
"""Languages whose tests live in ``spec``; elsewhere that is a folder of contracts, or a package name."""

_DECLARES = re.compile(
    r"(?i)codeowners|catalog-info\.ya?ml|.+\.(proto|graphqls?|avsc|thrift|wsdl|raml)"
    r"|(.*[._-])?(openapi|swagger|asyncapi|api|spec|contract)([._-].*)?\.(ya?ml|json)"
)
"""Contracts and owners: they stand in ``docs`` as often as anywhere else, and count there."""


_RECEIPTS = re.compile(
    r"(?P<folder>(?:.+/)?vendor)/(?:modules\.txt|composer/installed\.json)"
    r"|(?P<crate>(?:.+/)?vendor/[^/]+)/\.cargo-checksum\.json"
)
"""What ``go mod vendor``, Composer and ``cargo vendor`` leave in the folders that they fill."""


class Marks:
    """The marks of the files of one repository.

    ``paths`` are all its files, relative to it: a folder ``vendor`` that is built into an image of its own is the
    service that looks after vendors, and one that a package manager filled holds what the manifest asks for already.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._folders: dict[str, str] = {"": ""}
        names = list(paths)
        for receipt in filter(None, map(_RECEIPTS.fullmatch, names)):
            filled = receipt["folder"] or receipt["crate"]
            if self.of_folder(filled.rpartition("/")[0]) in ("", "vendored"):
                self._folders[filled] = "installed"
        built = (path.rpartition("/")[0] for path in names if path.endswith("/Dockerfile"))
        for folder in sorted(one for one in built if _MARK_OF_NAME.get(one.rpartition("/")[2]) == "vendored"):
            if not self.of_folder(folder.rpartition("/")[0]):
                self._folders[folder] = ""

    def of(self, path: str) -> str:
        """``installed``, ``vendored``, ``generated``, ``test``, ``example``, ``documentation``, ``asset``, or "" for a
        file that is nothing of the kind."""
        folder, _, name = path.rpartition("/")
        mark = self.of_folder(folder)
        if mark == "documentation" and _DECLARES.fullmatch(name):
            mark = ""
        elif mark == "specification":
            mark = "test" if _SPECIFICATION.fullmatch(name) else ""
        return mark or next((kind for kind, names in _FILES.items() if names.fullmatch(name)), "")

    def of_folder(self, folder: str) -> str:
        """The mark that a folder gives to what is in it: that of the outermost name that tells."""
        known = self._folders.get(folder)
        if known is not None:
            return known
        mark, at = "", ""
        for name in folder.split("/"):
            at = f"{at}/{name}" if at else name
            mark = self._folders.setdefault(at, _deeper(mark, name, f"/{at}/"))
        return mark


def _deeper(mark: str, name: str, folder: str) -> str:
    """The mark of a folder in one that has a mark already."""
    if mark and mark != "specification":
        return mark
    own = _MARK_OF_NAME.get(name) or ("test" if _TESTS.fullmatch(name) else "")
    if "/src/main/" in folder and own not in ("generated", "installed"):
        return ""
    return own or mark


def folder_mark(folder: str) -> str:
    """The mark of a folder by its name alone, for walks that need not enter it."""
    return Marks(()).of_folder(folder)
