"""Checks requests of AWS services against the services' models, which botocore contains.

The model of a service lists its operations, and for each member of a request the type, the name on the wire, the length or
range, the pattern and the enum. botocore's own validator checks names, types, required members and lower limits. `Validator`
adds the rest, and the quotas (quotas.py), which are not in the models.
"""

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import quotas
import regex
from botocore.model import Shape
from botocore.validate import ParamValidator
from protocols import NUMBERS, Refused, Request, service_of

# Names of models in botocore, by the name with which requests of the service are signed, if the names differ.
MODELS = {"apigateway": "apigatewayv2", "execute-api": "apigatewaymanagementapi", "ses": "sesv2"}
SIGNED_FOR = regex.compile(r"Credential=[^/]*/\d+/[^/]*/([^/]+)/aws4_request")


@dataclass(frozen=True)
class Violation:
    """A member of a request that AWS would refuse: its path, the rule, and the member's value."""

    path: str
    rule: str
    value: str


def check(request: Request) -> tuple[str, str, list[Violation]]:
    """Returns the service and the operation of a request, and everything that AWS would refuse."""
    signed = SIGNED_FOR.search(request.headers.get("authorization", ""))
    name = signed[1] if signed else ""
    service = MODELS.get(name, name)
    try:
        operation, params, shape = service_of(service).read(request)
    except Refused as refused:
        return service, "", [Violation(*refused.args, "")]
    violations = Violations()
    if shape:
        validator_of(service).validate_into(violations, params, shape)
    return service, operation, violations.found


class Violations:
    """Collects violations. botocore's validator reports its own here too."""

    def __init__(self) -> None:
        self.found: list[Violation] = []

    def report(self, path: str, rule: str, **details: object) -> None:
        shown = ("required_name", "unknown_param", "valid_types", "min_allowed")
        more = [str(details[name]) for name in shown if name in details]
        # Elements of a list have the same path, so that equal violations are counted together.
        place = regex.sub(r"\[\d+\]", "[]", path.removeprefix(".")) or "(all)"
        self.found.append(Violation(place, " ".join([rule, *more]), repr(details.get("param", ""))[:100]))


class Validator(ParamValidator):
    """Checks everything that the model says of a value, and the quotas."""

    VALIDATED_METADATA_ATTRS = ParamValidator.VALIDATED_METADATA_ATTRS | {"max", "pattern", "enum"}

    def __init__(self, of_shape: dict[str, list[quotas.Rule]]) -> None:
        self.of_shape = of_shape

    def validate_into(self, violations: Violations, params: object, shape: Shape) -> None:
        self._validate(params, shape, violations, "")

    def _validate(self, value: object, shape: Shape, errors: Violations, name: str) -> None:
        if self.is_free(value, shape):
            return
        before = len(errors.found)
        super()._validate(value, shape, errors, name)
        if len(errors.found) == before:
            for rule in self.broken(value, shape):
                errors.report(name, rule, param=value)
            for rule in self.of_shape.get(shape.name, ()):
                for member, message in rule.broken_by(value):
                    errors.report(f"{name}.{member}".rstrip("."), message, param=value)

    def is_free(self, value: object, shape: Shape) -> bool:
        """Returns whether a value has the type and the length or range of its shape, and the shape has no other rule. Most values
        in items are such, and botocore's validator is slow."""
        kind, least, most, members = self.bounds(shape)
        if type(value) is not kind:
            return False
        if kind is dict:
            return all(name in members and self.is_free(one, members[name]) for name, one in value.items())
        return least <= (len(value) if kind is str else value) <= most

    @functools.cache
    def bounds(self, shape: Shape) -> tuple[type | None, float, float, dict[str, Shape]]:
        """Returns the type of a shape's values, the bounds of a text's length or of a number, and a structure's members. Returns no
        type if the shape has other rules."""
        rules = shape.metadata.keys() & self.VALIDATED_METADATA_ATTRS - {"min", "max"}
        known = not rules and shape.name not in self.of_shape and "jsonvalue" not in shape.serialization
        kind = {"string": str, "boolean": bool, "integer": int, "long": int, "structure": dict}.get(shape.type_name)
        least, most = shape.metadata.get("min", -math.inf), shape.metadata.get("max", math.inf)
        return kind if known else None, least, most, getattr(shape, "members", {})

    @staticmethod
    def broken(value: object, shape: Shape) -> Iterator[str]:
        """Yields the rules of the model that botocore's validator does not check."""
        limits = shape.metadata
        if shape.type_name == "blob" and not isinstance(value, bytes):
            yield "is not base64"
            return
        if isinstance(value, bool) and shape.type_name in NUMBERS:
            yield "is a boolean, not a number"
        size = value if shape.type_name in NUMBERS else len(value) if hasattr(value, "__len__") else 0
        if "max" in limits and size > limits["max"]:
            yield f"is or has more than {limits['max']}"
        if shape.type_name == "blob" and size < limits.get("min", 0):
            yield f"has less than {limits['min']}"
        if "pattern" in limits and not compiled(limits["pattern"]).fullmatch(value):
            yield f"does not match {limits['pattern']}"
        if limits.get("enum") and value not in limits["enum"]:
            yield f"is none of {', '.join(limits['enum'])}"


@functools.cache
def validator_of(service: str) -> Validator:
    return Validator(quotas.of_service(service))


@functools.cache
def compiled(pattern: str) -> regex.Pattern:
    return regex.compile(pattern)
