"""Reads contract files into a checked model (contract_model.py). What is made of it: contract_c.py (C), contract_openapi.py,
contract_roles.py (for people and for the tests)."""

import re

from contract_model import (FIELDS_MAX, INT64_MAX, INT64_MIN, LINE_MAX, LIST_MAX, METHODS, MODES, PATH_KINDS, PATH_VALUES_MAX,
                            PROBLEM_KINDS, RANGED, ROLES_MAX, SCALARS, SCOPES, TEXT_MAX, Contract, Enum, Field, Module,
                            Permission, Place, Problem, Role, Route, Shape, c_upper)

TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|(#.*)|([^\s"#]\S*)')
SIZES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


class ContractError(Exception):
    """All mistakes found, each as 'file:line: sentence'."""

    def __init__(self, mistakes):
        super().__init__("\n".join(mistakes))


class Text(str):
    """A quoted token."""


def tokens(line):
    """Words and Text (quoted) of a line; a # outside quotes starts a comment."""
    found, at = [], 0
    while at < len(line):
        if line[at].isspace():
            at += 1
            continue
        m = TOKEN.match(line, at)
        if not m:
            raise ValueError("a quotation mark is not closed")
        if m.group(2) is not None:
            break
        found.append(Text(re.sub(r"\\(.)", r"\1", m.group(1))) if m.group(1) is not None else m.group(3))
        at = m.end()
    return found


def as_range(word):
    """'1..20' -> (1, 20); None when the word is no range."""
    m = re.fullmatch(r"(-?\d+)?\.\.(-?\d+)?", word) if not isinstance(word, Text) else None
    if not m:
        return None
    lo = int(m.group(1)) if m.group(1) else INT64_MIN
    hi = int(m.group(2)) if m.group(2) else INT64_MAX
    if lo > hi:
        raise ValueError(f"the range {word} is empty")
    return lo, hi


def as_label(text):
    """'中文|English' -> both; one text alone serves for both."""
    zh, bar, en = text.partition("|")
    return (zh, en) if bar else (text, text)


def want(condition, sentence):
    if not condition:
        raise ValueError(sentence)


class Reader:
    """Line by line; mistakes are collected, so that one run shows them all."""

    def __init__(self):
        self.contract = Contract()
        self.mistakes = []
        self.module = None
        self.part = None      # what indented lines belong to
        self.names = {}       # every declared name by namespace

    def mistake(self, at, sentence):
        self.mistakes.append(f"{at}: {sentence}")

    def declare(self, space, name, at, what):
        earlier = self.names.setdefault(space, {}).get(name)
        want(earlier is None, f"{what} {name} is declared twice, first at {earlier}")
        self.names[space][name] = at

    def file(self, path, text):
        self.module = self.part = None
        for number, line in enumerate(text.splitlines(), 1):
            at = Place(path, number)
            try:
                want("\t" not in line, "indent with blanks, not tabs")
                words = tokens(line)
                if not words:
                    continue
                if line[0].isspace():
                    want(self.part is not None, "an indented line that belongs to nothing")
                    self.inner(words, at)
                else:
                    self.outer(words, at)
            except (ValueError, IndexError) as e:
                self.mistake(at, "something is missing on this line" if isinstance(e, IndexError) else str(e))
                if not line[0].isspace():
                    self.part = ("ignored",)

    def outer(self, words, at):
        kind, *rest = words
        handler = getattr(self, "outer_" + kind, None)
        want(handler, f"'{kind}' is no declaration (module, role, permission, problem, enum, shape, input, page, route)")
        self.part = None
        want(kind == "module" or self.module, "the file must begin with a module line")
        handler(rest, at)

    def inner(self, words, at):
        getattr(self, "inner_" + self.part[0])(words, at)

    def inner_ignored(self, words, at):
        pass

    # ---- declarations ---------------------------------------------------------------------------------------------

    def outer_module(self, w, at):
        want(self.module is None, "a file has one module line")
        name, doc = w
        want(re.fullmatch(r"[a-z][a-z0-9_]*", name), f"module name {name}: small letters")
        self.declare("module", name, at, "module")
        self.module = Module(name, str(doc), at)
        self.contract.modules.append(self.module)

    def outer_role(self, w, at):
        name, scope, zh, en = w
        want(re.fullmatch(r"[a-z][a-z0-9]*", name), f"role name {name}: small letters and digits")
        want(scope in SCOPES, f"a role's scope is one of {', '.join(SCOPES)}")
        self.declare("role", name, at, "role")
        self.contract.roles.append(Role(name, scope, str(zh), str(en), at))

    def outer_permission(self, w, at):
        name, doc, *roles = w
        want(re.fullmatch(r"[A-Z][A-Z0-9_]*", name), f"permission name {name}: capitals")
        want(name not in ("PUBLIC", "SELF", "NONE", "COUNT"), f"{name} cannot be declared")
        want(isinstance(doc, Text), "a permission needs a quoted sentence before its roles")
        want(len(roles) == len(set(roles)), "a role is named twice")
        self.declare("permission", name, at, "permission")
        made = Permission(name, str(doc), roles, self.module.name, at)
        self.contract.permissions.append(made)
        self.part = ("permission", made)

    def inner_permission(self, w, at):
        want(not any(isinstance(x, Text) for x in w), "only more roles may follow a permission")
        self.part[1].roles.extend(w)

    def outer_problem(self, w, at):
        name, kind, zh, en = w
        want(re.fullmatch(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*", name), f"problem name {name}: module.what-is-wrong")
        want(kind in PROBLEM_KINDS, f"a problem's kind is one of {', '.join(PROBLEM_KINDS)}")
        made = Problem(name, kind, str(zh), str(en), self.module.name, at)
        self.declare("problem", made.c_name, at, "problem")
        self.contract.problems.append(made)

    def outer_enum(self, w, at):
        name, *words = w
        self.type_name(name, at)
        made = Enum(name, [], "", at)
        self.contract.enums[name] = made
        self.part = ("enum", made)
        if words:
            self.inner_enum(words, at)

    def inner_enum(self, w, at):
        made = self.part[1]
        for word in w:
            if isinstance(word, Text):
                made.doc = str(word)
                continue
            want(re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", word), f"enum word {word}: small letters, digits, - _ .")
            self.declare("enum " + made.name, re.sub(r"[.-]", "_", word), at, f"word of {made.name}")
            made.words.append(word)

    def type_name(self, name, at):
        want(re.fullmatch(r"[A-Z][A-Za-z0-9]*", name), f"type name {name}: PascalCase")
        self.declare("type", name, at, "type")

    def shape(self, w, at, closed):
        name, *doc = w
        self.type_name(name, at)
        want(len(doc) <= 1 and all(isinstance(d, Text) for d in doc), "after a shape's name comes its description only")
        made = Shape(name, str(doc[0]) if doc else "", closed, [], at)
        self.contract.shapes[name] = made
        self.part = ("shape", made)

    def outer_shape(self, w, at):
        self.shape(w, at, False)

    def outer_input(self, w, at):
        self.shape(w, at, True)

    def outer_page(self, w, at):
        name, of, item, *doc = w
        want(of == "of", "page NAME of SHAPE")
        self.type_name(name, at)
        text = str(doc[0]) if doc else f"One page of {item}"
        fields = [Field("items", item, True, False, None, None, "条目", "Items", at),
                  Field("next", "line", False, True, None, None, "下一页", "Cursor of the next page; absent on the last", at)]
        self.contract.shapes[name] = Shape(name, text, False, fields, at, page_of=item)

    def inner_shape(self, w, at):
        made = self.part[1]
        name, *rest = w
        optional = name.endswith("?")
        name = name.rstrip("?")
        want(re.fullmatch(r"[a-z][A-Za-z0-9_]*", name), f"field name {name}: starts with a small letter")
        self.declare("field of " + made.name, name, at, f"field of {made.name}")
        want(rest, f"field {name} has no type")
        is_list = rest[0] == "list"
        if is_list:
            rest = rest[1:]
        type_word, *rest = rest
        ranges = []
        while rest and as_range(rest[0]):
            ranges.append(as_range(rest.pop(0)))
        label = as_label(str(rest.pop(0))) if rest and isinstance(rest[0], Text) else (name, name)
        want(not rest, f"what is {rest[0] if rest else ''!r}? A field is: name type [lo..hi] \"中文|English\"")
        want(len(ranges) <= (2 if is_list else 1), "too many ranges")
        want(is_list or not ranges or type_word in RANGED, f"a {type_word} takes no range")
        want(len(ranges) < 2 or type_word in RANGED, f"members of type {type_word} take no range")
        want(type_word not in ("text", "line") or is_list or not ranges or ranges[0][0] >= 0, "a length cannot be negative")
        want(not is_list or not ranges or ranges[-1][0] >= 0, "a length cannot be negative")
        made.fields.append(Field(name, type_word, is_list, optional, ranges[-1] if ranges else None,
                                 ranges[0] if len(ranges) == 2 else None, *label, at, label[0] != label[1]))

    # ---- routes ---------------------------------------------------------------------------------------------------

    def outer_route(self, w, at):
        self.part = ("ignored",)
        want(len(w) >= 5, "route METHOD PATH name PERMISSION mode \"description\" (a route without permission is refused)")
        method, path, name, permission, mode, *doc = w
        want(method in METHODS, f"{method} is none of {', '.join(METHODS)}")
        want(re.fullmatch(r"[a-z][a-z0-9_]*", name), f"route name {name}: small letters")
        want(re.fullmatch(r"[A-Z][A-Z0-9_]*", permission), f"route {name} has no permission: '{permission}' is no permission word")
        want(mode in MODES, f"a route's mode is one of {', '.join(MODES)}")
        want(len(doc) == 1 and isinstance(doc[0], Text), "a route ends with its quoted description")
        self.declare("route", name, at, "route")
        plain, params = self.path(path)
        self.declare("path", method + " " + re.sub(r"\{[^}]*\}", "{}", plain), at, "route to")
        made = Route(method, plain, params, name, permission, mode, str(doc[0]), self.module.name, at)
        self.contract.routes.append(made)
        self.part = ("route", made)

    @staticmethod
    def path(path):
        want(path.startswith("/"), "a path begins with /")
        params = []
        for piece in re.findall(r"\{([^}]*)\}", path):
            name, _, kind = piece.partition(":")
            kind = kind or "text"
            want(re.fullmatch(r"[a-z][a-z0-9_]*", name), f"path value {name}: small letters")
            want(kind in PATH_KINDS, f"a path value is {', '.join(PATH_KINDS)}; {kind} is none")
            want(name not in [p[0] for p in params], f"path value {name} is there twice")
            params.append((name, kind))
        want(len(params) <= PATH_VALUES_MAX, f"at most {PATH_VALUES_MAX} path values")
        plain = re.sub(r"\{([^}:]*)(:[^}]*)?\}", r"{\1}", path)
        want(re.fullmatch(r"(/([A-Za-z0-9._~-]|\{[a-z0-9_]+\})*)+", plain), f"the path {path} is not well formed")
        return plain, params

    def inner_route(self, w, at):
        kind, *rest = w
        route = self.part[1]
        if kind == "->":
            want(not route.status, "a route has one reply line")
            return self.reply(route, rest)
        if kind == "problem":
            want(rest, "problem NAME…")
            return route.problems.extend(p for p in rest if p not in route.problems)
        want(kind in ("query", "body", "raw", "rate"), f"'{kind}' does not belong to a route (query body raw rate -> problem)")
        if kind in ("query", "body"):
            want(getattr(route, kind) is None, f"a route has one {kind} line")
            setattr(route, kind, rest[0])
            want(len(rest) == 1, f"{kind} INPUT")
        elif kind == "rate":
            want(len(rest) == 1 and rest[0].isdigit() and int(rest[0]) > 0, "rate REQUESTS-PER-MINUTE")
            route.rate = int(rest[0])
        else:
            m = re.fullmatch(r"(\d+)([KMG]?)", rest[0])
            want(m, "raw SIZE \"media/type\": 20M, 64K")
            route.raw_max = int(m.group(1)) * SIZES[m.group(2)]
            route.raw_types = [str(t) for t in rest[1:]] or ["application/octet-stream"]

    @staticmethod
    def reply(route, rest):
        if rest[0] == "raw":
            route.ranges = rest[-1] == "ranges" and not isinstance(rest[-1], Text)
            types = rest[1:-1] if route.ranges else rest[1:]
            want(types and all(isinstance(t, Text) for t in types), "-> raw \"media/type\"… [ranges]")
            route.status, route.out_type, route.out_types = 200, str(types[0]), [str(t) for t in types]
            return
        want(re.fullmatch(r"2\d\d", rest[0]), "-> STATUS SHAPE, -> 204 or -> raw \"media/type\"")
        route.status = int(rest[0])
        want((route.status == 204) == (len(rest) == 1) and len(rest) <= 2, "-> STATUS SHAPE; 204 alone has no shape")
        route.out = rest[1] if len(rest) == 2 else None

    # ---- the whole ------------------------------------------------------------------------------------------------

    def check(self):
        for check in (self.check_permissions, self.check_shapes, self.check_routes, self.check_c_names):
            check()
        self.mark_taken()

    def expect(self, condition, at, sentence):
        if not condition:
            self.mistake(at, sentence)
        return condition

    def check_permissions(self):
        c = self.contract
        roles = [r.name for r in c.roles]
        self.expect(len(roles) <= ROLES_MAX, "roles", f"at most {ROLES_MAX} roles")
        used = {r.permission for r in c.routes}
        for p in c.permissions:
            for role in p.roles:
                self.expect(role in roles, p.at, f"permission {p.name}: there is no role {role}")
            p.roles = [r for r in roles if r in p.roles]
            self.expect(p.roles, p.at, f"permission {p.name}: nobody has it")
            self.expect(p.name in used, p.at, f"permission {p.name}: no route needs it")

    def check_shapes(self):
        c = self.contract
        for e in c.enums.values():
            self.expect(e.words, e.at, f"enum {e.name} has no words")
        for s in c.shapes.values():
            self.expect(s.fields, s.at, f"{s.name} has no fields")
            self.expect(len(s.fields) <= FIELDS_MAX, s.at, f"{s.name}: at most {FIELDS_MAX} fields")
            for f in s.fields:
                known = f.type in SCALARS or f.type in c.enums or f.type in c.shapes
                self.expect(known, f.at, f"{s.name}.{f.name}: there is no type {f.type}")
                self.expect(not (f.list and f.type in ("bool", "num")), f.at, f"{s.name}.{f.name}: no lists of {f.type}")

    def check_routes(self):
        c = self.contract
        permissions = {p.name for p in c.permissions} | {"PUBLIC", "SELF"}
        problems = {p.name for p in c.problems}
        for r in c.routes:
            say = lambda ok, what, r=r: self.expect(ok, r.at, f"route {r.name}: {what}")  # noqa: E731
            say(r.permission in permissions, f"there is no permission {r.permission}")
            say(r.status, "what does it reply? (a -> line)")
            say(not (r.body and r.query), "either a body or a query")
            say(not (r.body and r.raw_max), "either a JSON body or a raw one")
            say(not ((r.body or r.raw_max) and r.method in ("GET", "DELETE")), f"{r.method} has no body")
            say(not (r.mode == "write" and r.method == "GET"), "GET does not write")
            for name in filter(None, (r.body, r.query)):
                s = c.shapes.get(name)
                if say(s, f"there is no input {name}"):
                    say(s.closed, f"{name} is a shape; what comes in must be an input")
            if r.query in c.shapes:
                for f in c.shapes[r.query].fields:
                    say(f.type not in c.shapes and f.type != "json", f"a query cannot hold {r.query}.{f.name}")
            if r.out and say(r.out in c.shapes, f"there is no shape {r.out}"):
                say(not c.shapes[r.out].closed, f"{r.out} is an input; replies are shapes")
            for name in r.problems:
                say(name in problems, f"there is no problem {name}")

    def check_c_names(self):
        """Names that differ here but would be the same in C."""
        seen = {}
        for e in self.contract.enums.values():
            for word in e.words:
                name = f"{c_upper(e.name)}_{re.sub('[.-]', '_', word).upper()}"
                self.expect(name not in seen, e.at, f"{name} would be made by enum {e.name} and by {seen.get(name)}")
                seen[name] = e.name
        for s in self.contract.shapes.values():
            for f in s.fields:
                if f.list and f.type in self.contract.shapes:
                    self.expect(f.type + "List" not in self.names.get("type", {}), f.at, f"{f.type}List is made for this list; "
                                "no type may be called so")

    def mark_taken(self):
        """Shapes inside inputs are decoded too: closed, and with a limit on everything."""
        c, todo = self.contract, [s for s in self.contract.shapes.values() if s.closed]
        while todo:
            s = todo.pop()
            if s.taken:
                continue
            s.taken = s.closed = True
            todo.extend(c.shapes[f.type] for f in s.fields if f.type in c.shapes)
        for s in c.shapes.values():
            for f in s.fields:
                self.limits(f, s.taken)

    @staticmethod
    def limits(f, taken):
        """Writes the ranges out that the contract left to custom."""
        def usual(optional):
            if f.type in ("text", "line"):
                most = (LINE_MAX if f.type == "line" else TEXT_MAX) if taken else INT64_MAX
                return (0 if optional or not taken else 1), most
            return INT64_MIN, INT64_MAX
        if f.list:
            f.range = f.range or (0, LIST_MAX if taken else INT64_MAX)
            f.item_range = f.item_range or usual(False)
        else:
            f.range = f.range or usual(f.optional)
            f.item_range = (0, 0)


def read(paths):
    """The contract of these files; core's comes first, the others in order of their names. Raises ContractError."""
    texts = []
    for path in paths:
        with open(path, encoding="utf-8") as f:
            texts.append((str(path), f.read()))
    texts.sort(key=lambda t: (not re.search(r"^module\s+core\b", t[1], re.M), t[0]))
    reader = Reader()
    for path, text in texts:
        reader.file(path, text)
    if not reader.mistakes:
        reader.check()
    if reader.mistakes:
        raise ContractError(reader.mistakes)
    return reader.contract
