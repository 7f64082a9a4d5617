"""What methods of constructs add to a stack beside the constructs: mappings, filters, sources of data, steps.

Each gives the type and the properties of one further resource. Source: the CDK's API reference of the modules
``aws-lambda`` (``IFunction.addEventSourceMapping``), ``aws-logs`` (``ILogGroup.addSubscriptionFilter``),
``aws-appsync`` (``GraphqlApi.add…DataSource``) and ``aws-stepfunctions-tasks`` (``CallAwsService``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from boundary.facts import Expr, Record, Text
from boundary.resolve.code.things import Thing
from boundary.resolve.synthesis.expressions import text

Told = Callable[[Thing | None], Expr]
"""Tells a thing as an expression."""

_SOURCES = {
    "addDynamoDbDataSource": ("AMAZON_DYNAMODB", "DynamoDBConfig", "TableName"),
    "addHttpDataSource": ("HTTP", "HttpConfig", "Endpoint"),
    "addLambdaDataSource": ("AWS_LAMBDA", "LambdaConfig", "LambdaFunctionArn"),
}
"""Methods of an API of AppSync: the type of the source, and where the template says what it is."""

METHODS = frozenset({"addEventSourceMapping", "addSubscriptionFilter", *_SOURCES})


def added(
    method: str, of: Expr, items: list[Thing], given: Mapping[str, Thing], tell: Told, arn: Told
) -> tuple[str, Record]:
    """Type and properties of what a method adds to ``of``; ``arn`` tells a construct by its resource name."""
    body: dict[str, Expr]
    if method == "addEventSourceMapping":
        kind = "AWS::Lambda::EventSourceMapping"
        body = {"FunctionName": of, "EventSourceArn": tell(given.get("eventSourceArn"))}
    elif method == "addSubscriptionFilter":
        kind = "AWS::Logs::SubscriptionFilter"
        body = {"LogGroupName": of, "DestinationArn": arn(given.get("destination"))}
    else:
        kind = "AWS::AppSync::DataSource"
        source, config, key = _SOURCES[method]
        what = given.get("table") or given.get("endpoint") or given.get("lambdaFunction")
        what = items[1] if what is None and len(items) > 1 else what
        inner = arn(what) if method == "addLambdaDataSource" else tell(what)
        body = {"ApiId": of, "Type": Text(source), config: Record(((Text(key), inner),))}
    return kind, Record(tuple((Text(name), value) for name, value in body.items()))


def step(given: Mapping[str, Thing], tell: Told, line: int) -> Record:
    """A step that calls any action of the cloud, as the language of the machines has it."""
    action = f"arn:aws:states:::aws-sdk:{text(given.get('service'))}:{text(given.get('action'))}"
    return Record(((Text("Resource", line), Text(action)), (Text("Parameters"), tell(given.get("parameters")))))
