"""OpenAPI 3.1 of a contract. Deterministic: the order is that of the contract files."""

import json

from contract_read import INT64_MAX, INT64_MIN

KIND_STATUS = {"input": 422, "auth": 401, "denied": 403, "missing": 404, "conflict": 409, "stale": 412, "too-big": 413,
               "limit": 429, "busy": 503, "bug": 500}
CODE_PATTERN = r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}|[0-9]{15})$"
SCALAR = {
    "text": {"type": "string"},
    "line": {"type": "string"},
    "int": {"type": "integer", "format": "int64"},
    "num": {"type": "number", "format": "double"},
    "bool": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "lon": {"type": "number", "minimum": -180, "maximum": 180},
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "code": {"type": "string", "pattern": CODE_PATTERN},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "uuid": {"type": "string", "format": "uuid"},
    "phone": {"type": "string", "maxLength": 40},
    "json": {},
}
PATH_SCHEMA = {"int": "int", "code": "code", "sha256": "sha256", "text": "line"}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


def label(zh, en):
    return en if zh == en else f"{en} ({zh})"


def scalar(c, word, limits):
    """Schema of a value of this type within its limits."""
    if word in c.shapes or word in c.enums:
        return ref(word)
    made = dict(SCALAR[word])
    lo, hi = limits
    if word in ("text", "line"):
        if lo > 0:
            made["minLength"] = lo
        if hi != INT64_MAX:
            made["maxLength"] = hi
    elif word in ("int", "num"):
        if lo != INT64_MIN:
            made["minimum"] = lo
        if hi != INT64_MAX:
            made["maximum"] = hi
    return made


def field_schema(c, f):
    if f.list:
        made = {"type": "array", "items": scalar(c, f.type, f.item_range)}
        if f.range[0] > 0:
            made["minItems"] = f.range[0]
        if f.range[1] != INT64_MAX:
            made["maxItems"] = f.range[1]
    else:
        made = scalar(c, f.type, f.range)
    if f.labelled or f.en != f.name:
        made = {**made, "description": label(f.zh, f.en)}
    return made


def shape_schema(c, s):
    made = {"type": "object"}
    if s.doc:
        made["description"] = s.doc
    made["properties"] = {f.name: field_schema(c, f) for f in s.fields}
    # An empty optional list is left out of a reply; a list that is not optional is always there.
    needed = [f.name for f in s.fields if not f.optional]
    if needed:
        made["required"] = needed
    if s.closed:
        made["additionalProperties"] = False
    return made


def problem_schemas(c):
    texts = {"type": "object", "description": "The same sentence in both languages",
             "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}, "required": ["zh", "en"]}
    field_error = {
        "type": "object", "description": "What is wrong with one field",
        "properties": {
            "pointer": {"type": "string", "description": "RFC 6901 pointer into the body, ?name of the query or /{name} of the path"},
            "code": {"type": "string", "description": "e.g. required, too-long, out-of-range"},
            "detail": {"type": "string", "description": "A sentence in the language asked for"},
            "texts": ref("ProblemTexts")},
        "required": ["pointer", "code", "detail", "texts"]}
    problem = {
        "type": "object", "description": "What went wrong (RFC 9457)",
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"}, "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"}, "instance": {"type": "string"},
            "code": ref("ProblemCode"),
            "errors": {"type": "array", "items": ref("ProblemField")},
            "texts": ref("ProblemTexts")},
        "required": ["type", "title", "status", "code", "texts"]}
    code = {"type": "string", "description": "Every problem the server knows", "enum": [p.name for p in c.problems]}
    return {"Problem": problem, "ProblemCode": code, "ProblemField": field_error, "ProblemTexts": texts}


def implied_problems(c, r):
    """Problems that follow from what a route takes, by the names core declares."""
    names = []
    if r.permission != "PUBLIC":
        names.append("auth.needed")
        if r.method != "GET":
            names.append("auth.csrf")
    if r.permission not in ("PUBLIC", "SELF"):
        names.append("auth.denied")
    if r.params:
        names.append("not-found")
    if r.body:
        names += ["input.syntax", "input.type"]
    if r.input:
        names.append("input.invalid")
    if r.body or r.raw_max:
        names.append("body.too-big")
    if r.mode == "write":
        names += ["idempotency.reused", "idempotency.invalid"]
    names += ["rate.limited", "server.busy", "server.bug"]
    known = {p.name for p in c.problems}
    return [n for n in names if n in known]


def responses(c, r):
    made = {}
    if r.out_type:
        binary = not r.out_type.startswith(("text/", "application/json"))
        schema = {"type": "string", "format": "binary"} if binary else {} if "json" in r.out_type else {"type": "string"}
        made["200"] = {"description": "Done", "content": {r.out_type.split(";")[0]: {"schema": schema}}}
    elif r.out:
        made[str(r.status)] = {"description": c.shapes[r.out].doc or r.out,
                               "content": {"application/json": {"schema": ref(r.out)}}}
    else:
        made[str(r.status)] = {"description": "Done; nothing to say"}
    by_name = {p.name: p for p in c.problems}
    groups = {}
    for name in dict.fromkeys(r.problems + implied_problems(c, r)):
        groups.setdefault(KIND_STATUS[by_name[name].kind], []).append(by_name[name])
    for status in sorted(groups):
        made[str(status)] = {
            "description": "; ".join(f"{p.name}: {p.en} ({p.zh})" for p in groups[status]),
            "content": {"application/problem+json": {"schema": ref("Problem")}},
            "x-problems": [p.name for p in groups[status]]}
    made["default"] = {"$ref": "#/components/responses/Problem"}
    return made


def parameters(c, r):
    made = []
    for name, kind in r.params:
        made.append({"name": name, "in": "path", "required": True, "schema": scalar(c, PATH_SCHEMA[kind], (1, INT64_MAX))})
    if r.query:
        for f in c.shapes[r.query].fields:
            one = {"name": f.name, "in": "query", "required": not f.optional}
            schema = field_schema(c, f)
            if "description" in schema:
                one["description"] = schema.pop("description")
            if f.list:
                one["style"], one["explode"] = "form", True
            one["schema"] = schema
            made.append(one)
    if r.mode == "write":
        made.append({"$ref": "#/components/parameters/IdempotencyKey"})
    return made


def operation(c, r):
    made = {"operationId": r.name, "summary": r.doc, "tags": [r.module]}
    given = parameters(c, r)
    if given:
        made["parameters"] = given
    if r.body:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": ref(r.body)}}}
    elif r.raw_max:
        schema = {"type": "string", "format": "binary", "maxLength": r.raw_max}
        made["requestBody"] = {"required": True, "content": {t: {"schema": schema} for t in r.raw_types}}
    made["responses"] = responses(c, r)
    made["security"] = [] if r.permission == "PUBLIC" else [{"bearer": []}, {"cookie": []}]
    made["x-permission"] = r.permission
    made["x-roles"] = c.permission_roles(r.permission)
    made["x-mode"] = r.mode
    if r.rate:
        made["x-rate-per-minute"] = r.rate
    return made


def components(c):
    schemas = {}
    for e in c.enums.values():
        schemas[e.name] = {"type": "string", **({"description": e.doc} if e.doc else {}), "enum": e.words}
    for s in c.shapes.values():
        schemas[s.name] = shape_schema(c, s)
    schemas.update(problem_schemas(c))
    key = {"name": "Idempotency-Key", "in": "header", "required": False,
           "description": "Chosen by the caller, one per intended write: the same key and body give the first answer again "
                          "(Idempotent-Replay: true), another body is refused",
           "schema": {"type": "string", "minLength": 1, "maxLength": 64}}
    problem = {"description": "What went wrong", "content": {"application/problem+json": {"schema": ref("Problem")}}}
    return {
        "schemas": {name: schemas[name] for name in sorted(schemas)},
        "parameters": {"IdempotencyKey": key},
        "responses": {"Problem": problem},
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer", "description": "The token of POST /api/session"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "wangge_session",
                       "description": "Set by POST /api/session; writes need the origin of this site"}}}


def make_openapi(c):
    """The document as text."""
    paths = {}
    for r in c.routes:
        paths.setdefault(r.path, {})[r.method.lower()] = operation(c, r)
    doc = {
        "openapi": "3.1.0",
        "info": {"title": "Wangge", "version": "1.0.0",
                 "description": "Grid-based community governance. Times are RFC 3339 with zone; coordinates are lon/lat in "
                                "CGCS2000; lists page by an opaque cursor (items, next); problems are application/problem+json."},
        "servers": [{"url": "/"}],
        "tags": [{"name": m.name, "description": m.doc} for m in c.modules],
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": components(c),
        "x-roles": [{"name": r.name, "scope": r.scope, "zh": r.zh, "en": r.en} for r in c.roles],
        "x-problems": [{"name": p.name, "status": KIND_STATUS[p.kind], "zh": p.zh, "en": p.en} for p in c.problems],
    }
    return json.dumps(doc, ensure_ascii=False, indent=2) + "\n"


def make_matrix(c):
    """What the test harness walks through: every route with who may and what can go wrong."""
    routes = [{"name": r.name, "module": r.module, "method": r.method, "path": r.path,
               "params": [{"name": n, "kind": k} for n, k in r.params], "permission": r.permission,
               "roles": c.permission_roles(r.permission), "mode": r.mode, "status": r.status,
               "query": r.query, "body": r.body, "raw": r.raw_max or None, "out": r.out, "type": r.out_type,
               "rate": r.rate or None, "problems": r.problems, "implied": implied_problems(c, r)} for r in c.routes]
    made = {"roles": [{"name": r.name, "scope": r.scope} for r in c.roles],
            "permissions": [{"name": p.name, "roles": p.roles} for p in c.permissions],
            "problems": [{"name": p.name, "kind": p.kind, "status": KIND_STATUS[p.kind], "module": p.module} for p in c.problems],
            "routes": routes}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def make_roles(c):
    """docs/roles.md: who may do what, for people."""
    out = ["# Who may do what (角色与权限)", "",
           "Made from the contract files by `tools/contract.py roles`; not edited by hand. What a role may see of it is limited",
           "further by its scope: the places or the department of the post somebody holds.", "",
           "| role | 角色 | scope |", "|---|---|---|"]
    out += [f"| `{r.name}` {r.en} | {r.zh} | {r.scope} |" for r in c.roles]
    out += ["", "`●` may · `–` may not · *public* needs no account · *self* needs any session, about oneself", ""]
    for m in c.modules:
        routes = [r for r in c.routes if r.module == m.name]
        if not routes:
            continue
        out += [f"## {m.name}: {m.doc}", "", "| route | what | permission | " + " | ".join(r.zh for r in c.roles) + " |",
                "|---|---|---|" + ":-:|" * len(c.roles)]
        for r in routes:
            may = c.permission_roles(r.permission)
            public = r.permission == "PUBLIC"
            marks = " | ".join("●" if public or role.name in may else "–" for role in c.roles)
            word = {"PUBLIC": "*public*", "SELF": "*self*"}.get(r.permission, f"`{r.permission}`")
            out.append(f"| `{r.method} {r.path}` | {r.doc.replace('|', '/')} | {word} | {marks} |")
        out.append("")
    permissions = [p for p in c.permissions]
    if permissions:
        out += ["## Permissions", "", "| permission | what | roles |", "|---|---|---|"]
        zh = {r.name: r.zh for r in c.roles}
        out += [f"| `{p.name}` | {p.doc.replace('|', '/')} | {'、'.join(zh[r] for r in p.roles)} |" for p in permissions]
        out.append("")
    return "\n".join(out)
