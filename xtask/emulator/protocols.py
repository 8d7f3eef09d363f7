"""Reads requests of AWS services by the protocols that their models name: JSON, query, and REST with JSON or XML."""

import base64
import binascii
import functools
import json
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

import regex
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

LABEL = regex.compile(r"\{(\w+)(\+?)\}")
# Headers that any request of AWS may have besides the members of its operation.
GENERAL = regex.compile(
    "x-amz-(content-sha256|date|security-token|target|user-agent|decoded-content-length|trailer|checksum-.*)"
    "|x-amzn-(query-mode|trace-id)"
)
NUMBERS = {"integer": int, "long": int, "float": float, "double": float}


class Refused(Exception):
    """AWS would not understand the request. The arguments are the place in the request, and the rule."""


@dataclass(frozen=True)
class Request:
    """An HTTP request. Path and query are as they were sent; the names of headers are in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@functools.cache
def service_of(name: str) -> "Service":
    loader = Loader()
    if name not in loader.list_available_services("service-2"):
        raise Refused("authorization", f"no service is named {name!r}")
    return Service(name, ServiceModel(loader.load_service_model(name, "service-2"), name))


class Service:
    """A service, and how its requests are read."""

    def __init__(self, name: str, model: ServiceModel) -> None:
        self.name = name
        self.model = model
        self.operation = functools.cache(model.operation_model)
        self.routes = [self.route(name) for name in model.operation_names]

    def route(self, name: str) -> tuple[str, regex.Pattern, set[tuple[str, str]], set[str], str]:
        """Returns the method, path and query by which REST protocols select an operation."""
        operation = self.operation(name)
        path, _, query = operation.http["requestUri"].partition("?")
        pattern = LABEL.sub(lambda label: f"(?P<{label[1]}>{'.+' if label[2] else '[^/]+'})", path)
        wanted = set(parse_qsl(query, keep_blank_values=True))
        shape = operation.input_shape
        required = [shape.members[member].serialization for member in shape.required_members] if shape else []
        keys = {member["name"] for member in required if member.get("location") in ("querystring", "header")}
        return operation.http["method"], regex.compile(pattern), wanted, keys, name

    def read(self, request: Request) -> tuple[str, dict, StructureShape | None]:
        """Returns the name of the operation, its parameters, and their shape."""
        protocol = self.model.metadata["protocol"]
        if protocol == "json":
            prefix, _, name = request.headers.get("x-amz-target", "").rpartition(".")
            if prefix != self.model.metadata["targetPrefix"]:
                raise Refused("x-amz-target", f"the prefix is not {self.model.metadata['targetPrefix']!r}")
            shape = self.named(name).input_shape
            return name, from_json(shape, parse(request.body)), shape
        if protocol == "query":
            form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
            name = form.pop("Action", "")
            shape = self.named(name).input_shape
            if form.pop("Version", None) != self.model.api_version:
                raise Refused("Version", f"is not {self.model.api_version!r}")
            params = from_form(shape, form, "")
            # Whatever no member has taken is unknown.
            return name, params | dict.fromkeys(form), shape
        return self.read_rest(request)

    def named(self, name: str) -> OperationModel:
        if name not in self.model.operation_names:
            raise Refused("operation", f"{self.name} has no operation {name!r}")
        return self.operation(name)

    def read_rest(self, request: Request) -> tuple[str, dict, StructureShape]:
        query = parse_qsl(request.query, keep_blank_values=True)
        # A WebSocket API has its stage before the path.
        path = request.path[max(request.path.find("/@connections/"), 0) :].rstrip("/") or "/"
        name, labels, wanted = self.selected(request, path, query)
        shape = self.operation(name).input_shape
        payload = shape.serialization.get("payload")
        params: dict = {}
        query = [(key, value) for key, value in query if key != "x-id" and (key, value) not in wanted]
        headers = {
            key: value for key, value in request.headers.items() if key.startswith("x-amz") and not GENERAL.fullmatch(key)
        }
        for member, kind in shape.members.items():
            location, wire = kind.serialization.get("location"), kind.serialization.get("name", member)
            if location == "uri" and wire in labels:
                params[member] = from_text(kind, unquote(labels[wire]))
            elif location == "querystring":
                values = [value for key, value in query if key == wire]
                query = [(key, value) for key, value in query if key != wire]
                if values:
                    params[member] = values if kind.type_name == "list" else from_text(kind, values[0])
            elif location == "header" and wire.lower() in request.headers:
                headers.pop(wire.lower(), None)
                params[member] = from_text(kind, request.headers[wire.lower()])
            elif location == "headers":
                keys = [key for key in headers if key.startswith(wire.lower())]
                params |= {member: {key[len(wire) :]: headers.pop(key) for key in keys}} if keys else {}
            elif member == payload and (request.body or kind.type_name == "blob"):
                params[member] = self.from_payload(kind, request.body)
        if not payload and request.body:
            params |= from_json(shape, parse(request.body))
        # Whatever no member has taken is unknown.
        return name, params | {f"?{key}": value for key, value in query} | headers, shape

    def selected(self, request: Request, path: str, query: list) -> tuple[str, dict, set]:
        """Returns the operation that the request selects, its labels, and the part of the query that selects it."""
        sent = {key for key, _ in query} | set(request.headers)
        best: tuple[int, str, dict, set] | None = None
        for method, pattern, wanted, keys, name in self.routes:
            found = pattern.fullmatch(path) if method == request.method else None
            if found and wanted <= set(query) and keys <= sent and (not best or len(wanted) + len(keys) > best[0]):
                best = len(wanted) + len(keys), name, found.groupdict(), wanted
        if not best or dict(query).get("x-id", best[1]) != best[1]:
            raise Refused("path", f"{self.name} has no operation at {request.method} with this path and query")
        return best[1:]

    def from_payload(self, shape: Shape, body: bytes) -> object:
        if shape.type_name == "blob":
            return body
        if self.model.metadata["protocol"] == "rest-xml":
            try:
                return from_xml(shape, ElementTree.fromstring(body))
            except ElementTree.ParseError as error:
                raise Refused("body", "is not XML") from error
        return from_json(shape, parse(body))


def parse(body: bytes) -> object:
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        raise Refused("body", "is not JSON") from error


@functools.cache
def members_on_the_wire(shape: StructureShape) -> dict[str, tuple[str, Shape]]:
    return {kind.serialization.get("name", member): (member, kind) for member, kind in shape.members.items()}


def from_json(shape: Shape | None, value: object) -> object:
    """Returns a JSON value with the members' names in the model, and with decoded blobs. A wrong value stays as it is."""
    kind = shape.type_name if shape else None
    if kind == "structure" and isinstance(value, dict):
        known = members_on_the_wire(shape)
        # No member has a name with quotes.
        pairs = ((known.get(key) or (f'"{key}"', None), one) for key, one in value.items())
        return {member: from_json(kind, one) for (member, kind), one in pairs}
    if kind == "map" and isinstance(value, dict):
        return {key: from_json(shape.value, one) for key, one in value.items()}
    if kind == "list" and isinstance(value, list):
        return [from_json(shape.member, one) for one in value]
    if kind == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            return value
    return value


def from_xml(shape: Shape, element: ElementTree.Element) -> object:
    if shape.type_name == "list":
        return [from_xml(shape.member, one) for one in element]
    if shape.type_name != "structure":
        return from_text(shape, element.text or "")
    found: dict[str, list[ElementTree.Element]] = {}
    for child in element:
        found.setdefault(child.tag.rpartition("}")[2], []).append(child)
    params: dict = {}
    for member, kind in shape.members.items():
        same = found.pop(kind.serialization.get("name", member), [])
        if same:
            flattened = kind.serialization.get("flattened")
            params[member] = [from_xml(kind.member, one) for one in same] if flattened else from_xml(kind, same[0])
    # Whatever no member has taken is unknown.
    return params | dict.fromkeys(found)


def from_text(shape: Shape, text: str) -> object:
    """Returns the value that a text in a path, query, header or form stands for. A wrong text stays as it is."""
    if shape.type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    try:
        return NUMBERS.get(shape.type_name, str)(text)
    except ValueError:
        return text


def from_form(shape: Shape | None, form: dict[str, str], prefix: str) -> object:
    """Takes the members below a prefix out of a form of the query protocol, such as `Tags.member.1.Key`."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        names = ((member, kind, prefix + kind.serialization.get("name", member)) for member, kind in shape.members.items())
        sent = [(member, kind, name) for member, kind, name in names if any(has(key, name) for key in form)]
        return {member: from_form(kind, form, below(kind, name)) for member, kind, name in sent}
    if shape.type_name == "list":
        if form.pop(prefix.removesuffix(".member."), None) == "":
            return []
        numbers = sorted({int(key[len(prefix) :].split(".")[0]) for key in form if key.startswith(prefix)})
        return [from_form(shape.member, form, below(shape.member, f"{prefix}{number}")) for number in numbers]
    return from_text(shape, form.pop(prefix))


def has(key: str, name: str) -> bool:
    return key == name or key.startswith(f"{name}.")


def below(shape: Shape, name: str) -> str:
    """Returns the beginning of the names of a shape's parts in a form."""
    return name + {"structure": ".", "list": ".member."}.get(shape.type_name, "")
