"""What a contract consists of: modules, roles, permissions, problems, enums, shapes, routes."""

import re
from dataclasses import dataclass, field

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
SCALARS = ("text", "line", "int", "num", "bool", "time", "date", "lon", "lat", "code", "sha256", "uuid", "phone", "json")
RANGED = ("text", "line", "int", "num")
TEXTS = ("text", "line", "date", "code", "sha256", "uuid", "phone", "json")
INTS = ("int", "time", "lon", "lat")
PROBLEM_KINDS = ("input", "auth", "denied", "missing", "conflict", "stale", "too-big", "limit", "busy", "bug")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MODES = ("read", "quick", "write", "free")
SCOPES = ("none", "place", "department")
PATH_KINDS = {"int": "i", "code": "c", "sha256": "s", "text": "t"}
PATH_VALUES_MAX = 4   # HttpRequest.path_values
ROLES_MAX = 30        # bits of a role mask
FIELDS_MAX = 64       # json_decode keeps the members it has seen in one word
# What an input's field may hold when the contract does not say: every limit has a number.
LINE_MAX, TEXT_MAX, LIST_MAX = 200, 4000, 1000


@dataclass
class Place:
    file: str
    line: int

    def __str__(self):
        return f"{self.file}:{self.line}"


@dataclass
class Module:
    name: str
    doc: str
    at: Place


@dataclass
class Role:
    name: str
    scope: str
    zh: str
    en: str
    at: Place


@dataclass
class Permission:
    name: str
    doc: str
    roles: list
    module: str
    at: Place


@dataclass
class Problem:
    name: str
    kind: str
    zh: str
    en: str
    module: str
    at: Place

    @property
    def c_name(self):
        return "P_" + re.sub(r"[.-]", "_", self.name).upper()


@dataclass
class Enum:
    name: str
    words: list
    doc: str
    at: Place


@dataclass
class Field:
    name: str
    type: str             # a scalar's word, or the name of an enum or shape; for a list the members' type
    list: bool
    optional: bool
    range: tuple          # of the value, or of a list's length; None when not written
    item_range: tuple
    zh: str
    en: str
    at: Place
    labelled: bool = True


@dataclass
class Shape:
    name: str
    doc: str
    closed: bool
    fields: list
    at: Place
    page_of: str = None
    taken: bool = False   # reached from an input: decoded, not only encoded


@dataclass
class Route:
    method: str
    path: str             # "/api/cases/{id}"
    params: list          # [(name, kind)]
    name: str
    permission: str
    mode: str
    doc: str
    module: str
    at: Place
    query: str = None
    body: str = None
    raw_max: int = 0
    raw_types: list = field(default_factory=list)
    rate: int = 0
    status: int = 0
    out: str = None
    out_type: str = None  # first media type of a raw reply
    out_types: list = field(default_factory=list)
    ranges: bool = False  # parts of a raw reply may be asked for
    problems: list = field(default_factory=list)

    @property
    def input(self):
        return self.body or self.query


@dataclass
class Contract:
    modules: list = field(default_factory=list)
    roles: list = field(default_factory=list)
    permissions: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    enums: dict = field(default_factory=dict)
    shapes: dict = field(default_factory=dict)
    routes: list = field(default_factory=list)

    def permission_roles(self, name):
        """Names of the roles that may; everybody signed in for SELF, nobody in particular for PUBLIC."""
        if name == "PUBLIC":
            return []
        if name == "SELF":
            return [r.name for r in self.roles]
        return next(p.roles for p in self.permissions if p.name == name)


def c_upper(name):
    """CaseChannel -> CASE_CHANNEL"""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()
