"""The addresses that operators of a cluster write into secrets of their own, by the resource that they are made for.

Sources: the reference of each operator's custom resources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from boundary.facts import Setting
from boundary.model import Value
from boundary.reading.yaml import MISSING, Node


def secrets(document: Node, kind: str, group: str, name: str, namespace: str) -> Iterator[Setting]:
    """The addresses that an operator writes into secrets of its own."""
    line = document.get("metadata", "name").line or document.line
    for secret, entries in _SECRETS.get((group, kind), _none)(document, name):
        for key, value in entries.items():
            yield Setting("secret", key, Value.of(value), secret, namespace, line=line)


_Secrets = Iterator[tuple[str, dict[str, str]]]


def _none(_document: Node, _name: str) -> _Secrets:
    yield from ()


def _postgres(secret: str, user: str, where: str, base: str) -> tuple[str, dict[str, str]]:
    entries = {"uri": f"postgres://{user}@{where}:5432/{base}", "host": where, "port": "5432", "dbname": base,
               "jdbc-uri": f"jdbc:postgresql://{where}:5432/{base}", "username": user, "user": user}  # fmt: skip
    return secret, entries


def _cloudnative(document: Node, name: str) -> _Secrets:
    begun = document.get("spec", "bootstrap", "initdb")
    base = begun.get("database").string or "app"
    yield _postgres(
        begun.get("secret", "name").string or f"{name}-app", begun.get("owner").string or base, f"{name}-rw", base
    )
    if document.get("spec", "enableSuperuserAccess").flag:
        yield _postgres(f"{name}-superuser", "postgres", f"{name}-rw", "postgres")


def _crunchy(document: Node, name: str) -> _Secrets:
    for one in document.get("spec", "users").items or (MISSING,):
        user = one.get("name").string or name
        base = next(iter(one.get("databases").strings), "") or user
        yield _postgres(f"{name}-pguser-{user}", user, f"{name}-primary", base)


def _mongo(document: Node, name: str) -> _Secrets:
    """https://github.com/mongodb/mongodb-kubernetes-operator/blob/master/docs/deploy-configure.md ."""
    for one in document.get("spec", "users").items:
        user, base = one.get("name").string, one.get("db").string or "admin"
        opened = {role.get("db").string for role in one.get("roles").items} - {"", "admin"}
        address = f"mongodb://{user}@{name}-svc:27017/{opened.pop() if len(opened) == 1 else ''}"
        entries = {"connectionString.standard": address, "connectionString.standardSrv": address, "username": user}
        yield one.get("connectionStringSecretName").string or f"{name}-{base}-{user}", entries


def _rabbit(_document: Node, name: str) -> _Secrets:
    address = f"amqp://default_user@{name}:5672/"
    yield f"{name}-default-user", {"connection_string": address, "host": name, "port": "5672"}


_SECRETS: dict[tuple[str, str], Callable[[Node, str], _Secrets]] = {
    ("postgresql.cnpg.io", "Cluster"): _cloudnative,
    ("postgres-operator.crunchydata.com", "PostgresCluster"): _crunchy,
    ("mongodbcommunity.mongodb.com", "MongoDBCommunity"): _mongo,
    ("rabbitmq.com", "RabbitmqCluster"): _rabbit,
}
