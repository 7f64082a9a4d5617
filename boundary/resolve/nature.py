"""What code is made of: does it hold a service's business (entities, statements, routes), or only messages and stubs?

The same copied or imported file is a breach in the first case and how the mandate is obeyed in the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from boundary.facts import (
    Apply,
    Assign,
    Class,
    Evaluate,
    Expr,
    FileFacts,
    Function,
    Import,
    Item,
    Join,
    Listing,
    Member,
    Record,
    Ref,
    Return,
    Statement,
    Text,
)
from boundary.facts.parts import parts

_ENTITIES = frozenset({
    "Model", "SQLModel", "Document", "EmbeddedDocument", "DeclarativeBase", "Entity", "ApplicationRecord", "DbContext",
    "IdentityDbContext", "IEntityTypeConfiguration",
})  # fmt: skip
_KEPT = frozenset({"BsonId", "BsonElement"})
"""Attributes of members that a store of documents has."""

_CONTEXTS = frozenset({"DbContext", "IdentityDbContext"})
_RECORD = Member(Ref("ActiveRecord"), "Base")
"""What entities of Rails are derived from without ``ApplicationRecord``."""

_STORED = frozenset({
    "Entity", "ViewEntity", "Document", "RedisHash", "NodeEntity", "DynamoDBTable", "DynamoDbBean",
    "TableName", "Table",
})  # fmt: skip
"""Annotations of classes that are kept in stores: JPA, Spring Data, DynamoDB, MyBatis-Plus, TypeORM, Sequelize. What
entities only have in common (``MappedSuperclass``) is kept in none."""
_REPOSITORIES = frozenset({
    "JpaRepository", "CrudRepository", "ListCrudRepository", "PagingAndSortingRepository", "ReactiveCrudRepository",
    "MongoRepository", "ReactiveMongoRepository", "R2dbcRepository", "CassandraRepository", "Neo4jRepository",
    "ElasticsearchRepository", "PanacheRepository", "PanacheEntity", "PanacheMongoEntity", "CoroutineCrudRepository",
})  # fmt: skip
"""Types that are derived from to read and write a store: Spring Data, Quarkus."""
_QUERIES = ("org.jetbrains.exposed.", "org.ktorm.dsl", "org.jooq.impl.DSL", "org.jooq.DSLContext")
"""Packages and classes of Java and Kotlin with which statements are written as code."""
_CONTROLLERS = frozenset({"RestController", "Controller", "Path", "KafkaListener", "RabbitListener", "Service"})
_MODELS = {"model": ("mongoose",), "define": ("sequelize",)}
"""Methods that make a model, and what they are called on."""
_MAPPERS = frozenset({
    "electrodb", "dynamoose", "dynamodb-toolbox", "dynamodb-onetable", "@typedorm/common", "@aws-sdk/lib-dynamodb",
})  # fmt: skip
"""Packages of JavaScript by which tables of DynamoDB are described and used."""
_TABLES = frozenset({"pgTable", "mysqlTable", "sqliteTable", "singlestoreTable", "mssqlTable"})
"""Functions of Drizzle that tell a table."""
_COMMAND = re.compile(r"(Item|Items|Query|Scan|Statement|Transaction)Command$")
"""Commands of DynamoDB that ask for items or write them."""
_ITEMS = {"put_item": ("Item",), "get_item": ("Key",), "update_item": ("Key",), "delete_item": ("Key",),
          "query": ("KeyConditionExpression",), "scan": ("FilterExpression",)}  # fmt: skip
"""Methods of boto3 for items of a table, with the arguments that tell which."""
_ROUTES = frozenset({"get", "post", "put", "patch", "delete", "route", "api_route", "websocket"})
_BUILDERS = frozenset({
    "selectFrom", "insertInto", "updateTable", "deleteFrom", "whereRaw", "orderByRaw", "returningAll",
    "findMany", "findUnique", "findUniqueOrThrow", "findFirst", "findFirstOrThrow", "createMany", "updateMany",
    "deleteMany", "createQueryBuilder", "findOneBy", "findOneByOrFail", "findByIdAndUpdate", "findByPk",
    "findAndCountAll",
    "countDocuments", "insertMany", "bulkWrite", "findOneAndUpdate",
})  # fmt: skip
"""Methods of Kysely, Knex, Prisma, TypeORM, Sequelize and MongoDB with which statements are written as code."""
_SQL = re.compile(r"\s*(select\s.+\sfrom|insert\s+into|update\s.+\sset|delete\s+from|create\s+table)\s", re.I | re.S)
_CONNECTIONS = frozenset({"db", "DB", "database", "_db"})
"""What a connection to a database is called, out of which tables are taken by name."""
_CONTRACT_WORD = r"clients?|contracts?|protos?|protobufs?|stubs?|sdk|api-types|types|dtos?|messages|openapi|generated"
_CONTRACT_NAME = re.compile(rf"(^|[-_./@])({_CONTRACT_WORD})$", re.IGNORECASE)
_CONTRACT_FILE = re.compile(
    r"(\.(proto|avsc|graphql|graphqls|xsd|wsdl|thrift|md|rst|pem|crt)|(_pb2|_pb2_grpc|\.pb|_grpc_pb)\.\w+"
    r"|(openapi|swagger|asyncapi|schema)[\w.-]*\.(ya?ml|json))$",
    re.IGNORECASE,
)


def has_data(file: FileFacts) -> bool:
    """Whether a file holds entities or statements."""
    return any(_is_data(fact) for fact in file.facts)


def has_statements(file: FileFacts) -> bool:
    """Whether a file holds statements, or a context that makes them, beside classes that are kept in stores."""
    return any(_is_data(fact) for fact in file.facts if not isinstance(fact, Class) or _is_context(fact))


def _is_context(fact: Class) -> bool:
    """Whether a class is what a database is queried by (Entity Framework)."""
    return not _CONTEXTS.isdisjoint(_last(base) for base in fact.bases)


def data_line(file: FileFacts) -> int:
    """The line of the first entity or statement of a file."""
    return next((fact.line for fact in file.facts if _is_data(fact)), 1)


def is_domain(file: FileFacts) -> bool:
    """Whether a file holds entities, statements, routes or services."""
    return has_data(file) or any(_serves(fact) for fact in file.facts)


def is_stored(fact: Class) -> bool:
    """Whether a class is one that a framework keeps in a store."""
    return _is_data(fact)


def is_contract_file(path: str) -> bool:
    """Whether a file is a contract, generated from one, documentation or a certificate, by its name."""
    return _CONTRACT_FILE.search(path) is not None


def is_infrastructure(file: FileFacts) -> bool:
    """Whether a file says what is deployed (constructs of the CDK, Pulumi, CDKTF): it is taken in when somebody
    deploys, and runs in no service."""
    modules = (fact.module for fact in file.facts if isinstance(fact, Import))
    return any(_CONSTRUCTS.match(module) for module in modules)


_CONSTRUCTS = re.compile(
    r"(aws-cdk-lib|@aws-cdk/|constructs$|cdktf|cdk8s|@pulumi/|@aws/pdk|sst/constructs|aws_cdk|pulumi|troposphere"
    r"|software\.amazon\.awscdk|software\.constructs|com\.(pulumi|hashicorp\.cdktf)|Amazon\.CDK|Pulumi|HashiCorp\.Cdktf"
    r"|github\.com/(aws/(aws-cdk-go|constructs-go)|pulumi/pulumi|hashicorp/terraform-cdk-go))"
)


def is_contract_name(name: str) -> bool:
    """Whether a package or folder is named as one that carries only messages or a client."""
    return _CONTRACT_NAME.search(name) is not None


def is_contract(path: str, files: Iterable[FileFacts]) -> bool:
    """Whether what lies at a path is an interface: it is named so, and ``files``, which lie there, hold no business."""
    named = is_contract_file(path) or any(is_contract_name(part) for part in path.split("/"))
    return named and not any(is_domain(file) for file in files)


def _is_data(fact: object) -> bool:
    match fact:
        case Statement():
            return True
        case Import(module, name) if f"{module}.{name}".startswith(_QUERIES):
            return True
        case Import(module, typing=False) if module.split("/dist")[0] in _MAPPERS:
            return True
        case Import("@aws-sdk/client-dynamodb", name, typing=False) if _COMMAND.search(name):
            return True
        case Assign(value=Apply(callee=Member(Ref(of), name))) if of in _MODELS.get(name, ()):
            return True
        case Assign(value=Apply(callee=Ref(name))) if name in _TABLES:
            return True
        case Class(bases=bases, keywords=keywords, decorators=decorators):
            names = {_last(base) for base in bases}
            if _RECORD in bases or names & _REPOSITORIES or {_last(mark) for mark in decorators} & _STORED:
                return True
            return bool(names & _ENTITIES) and ("SQLModel" not in names or any(name == "table" for name, _ in keywords))
        case Assign(target=Ref("__tablename__")):
            return True
        case Assign(decorators=made) if any(isinstance(one, Apply) and one.callee == Ref("tag:gorm") for one in made):
            return True
        case Assign(decorators=made) if not _KEPT.isdisjoint(map(_last, made)):
            return True
        case Assign(value=value) | Return(value=value) | Evaluate(value=value):
            of_text = any(_SQL.match(text) for text in _texts(value))
            return of_text or _is_built(value) or _takes_table(value) or _keeps_items(value)
    return False


def _is_built(expr: Expr | None) -> bool:
    """Whether a call is a statement that is put together of methods: the outer ones of a chain, or what it begins
    with."""
    while isinstance(expr, Apply | Member):
        if isinstance(expr, Member) and expr.name in _BUILDERS:
            return True
        expr = expr.callee if isinstance(expr, Apply) else expr.of
    return False


def _takes_table(expr: Expr | None) -> bool:
    """Whether a table or collection is taken out of a connection by its name: ``db[:orders]`` of Sequel or PyMongo."""
    return any(
        isinstance(one, Item) and isinstance(one.key, Text) and _connection(one.of) in _CONNECTIONS
        for one in parts(expr)
    )


def _keeps_items(expr: Expr | None) -> bool:
    """Whether items of a table are written or asked for by keys that are told: ``table.put_item(Item={…})`` (boto3)."""
    return any(
        isinstance(one, Apply) and isinstance(one.callee, Member) and one.callee.name in _ITEMS
        and any(key in _ITEMS[one.callee.name] and isinstance(value, Record | Apply) for key, value in one.keywords)
        for one in parts(expr)
    )  # fmt: skip


def _connection(expr: Expr) -> str:
    if isinstance(expr, Apply):
        return _connection(expr.callee)
    return expr.name.lstrip("@") if isinstance(expr, Ref | Member) else ""


def _serves(fact: object) -> bool:
    if isinstance(fact, Class) and fact.kind == "class":
        return bool({_last(mark) for mark in fact.decorators} & _CONTROLLERS)
    return isinstance(fact, Function) and _is_route(fact)


def _is_route(function: Function) -> bool:
    calls = [made.callee for made in function.decorators if isinstance(made, Apply)]
    return any(isinstance(callee, Member) and callee.name in _ROUTES for callee in calls)


def _last(expr: Expr) -> str:
    head = expr.of if isinstance(expr, Item) else expr.callee if isinstance(expr, Apply) else expr
    return head.name if isinstance(head, Ref | Member) else ""


def _texts(expr: Expr | None) -> Iterator[str]:
    """The literal texts in an expression, without recursion: expressions of generated code nest deep."""
    waiting = [expr]
    while waiting:
        match waiting.pop():
            case Text(text):
                yield text
            case Join(parts) | Listing(parts):
                waiting += parts
            case Apply(args=args, keywords=keywords):
                waiting += [*args, *(value for _, value in keywords)]
