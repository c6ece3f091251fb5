"""OpenAPI 3.1 of a contract. Deterministic: the order is that of the contract files."""

import json

from contract_model import INT64_MAX, INT64_MIN

KIND_STATUS = {"input": 422, "auth": 401, "denied": 403, "missing": 404, "conflict": 409, "stale": 412, "too-big": 413,
               "limit": 429, "busy": 503, "bug": 500}
# The statuses HTTP itself fixes; http/problem.c has the same few, and the route tests see that both agree.
NAMED_STATUS = {"input.syntax": 400, "request.malformed": 400, "input.type": 415, "method.not-allowed": 405,
                "header.too-big": 431, "request.timeout": 408, "range.unsatisfiable": 416}
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


def status_of(problem):
    return NAMED_STATUS.get(problem.name, KIND_STATUS[problem.kind])


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
        "required": ["type", "title", "status", "detail", "code", "texts"]}
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
    if r.ranges:
        names.append("range.unsatisfiable")
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
        content = {t.split(";")[0]: {"schema": schema} for t in r.out_types}
        made["200"] = {"description": "Done", "content": content}
        if r.ranges:
            made["206"] = {"description": "The part that Range asks for, or the beginning of it", "content": content}
        if "vector-tile" in r.out_type:
            made["204"] = {"description": "Nothing lies in that tile"}
    elif r.out:
        made[str(r.status)] = {"description": c.shapes[r.out].doc or r.out,
                               "content": {"application/json": {"schema": ref(r.out)}}}
    else:
        made[str(r.status)] = {"description": "Done; nothing to say"}
    own, implied = by_status(c, r.problems), by_status(c, implied_problems(c, r))
    for status in sorted({*own, *implied}):
        if status in own:
            together = own[status] + [p for p in implied.get(status, []) if p not in own[status]]
            made[str(status)] = problem_response(together)
        else:
            made[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    made["default"] = {"$ref": "#/components/responses/Problem"}
    return made


def by_status(c, names):
    problems = {p.name: p for p in c.problems}
    made = {}
    for name in names:
        made.setdefault(status_of(problems[name]), []).append(problems[name])
    return made


def problem_response(problems):
    return {"description": "; ".join(f"{p.name}: {p.en} ({p.zh})" for p in problems),
            "content": {"application/problem+json": {"schema": ref("Problem")}},
            "x-problems": [p.name for p in problems]}


def common_responses(c):
    """What routes answer without saying so, by status; a route's own problems are written at the route."""
    names = dict.fromkeys(n for r in c.routes for n in implied_problems(c, r))
    made = {"Problem": {"description": "What went wrong", "content": {"application/problem+json": {"schema": ref("Problem")}}}}
    groups = by_status(c, names)
    for status in sorted(groups):
        made[f"Problem{status}"] = problem_response(groups[status])
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


def reached(c):
    """Names of the shapes and enums that routes take or give; the others are the modules' own affair."""
    found, todo = set(), [n for r in c.routes for n in (r.out, r.body, r.query) if n]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += [f.type for f in c.shapes[name].fields if f.type in c.shapes or f.type in c.enums] if name in c.shapes else []
    return found


def components(c):
    schemas, wanted = {}, reached(c)
    for e in c.enums.values():
        if e.name in wanted:
            schemas[e.name] = {"type": "string", **({"description": e.doc} if e.doc else {}), "enum": e.words}
    for s in c.shapes.values():
        if s.name in wanted:
            schemas[s.name] = shape_schema(c, s)
    schemas.update(problem_schemas(c))
    key = {"name": "Idempotency-Key", "in": "header", "required": False,
           "description": "Chosen by the caller, one per intended write: the same key and body give the first answer again "
                          "(Idempotent-Replay: true), another body is refused",
           "schema": {"type": "string", "minLength": 8, "maxLength": 100, "pattern": "^[!-~]+$"}}
    return {
        "schemas": {name: schemas[name] for name in sorted(schemas)},
        "parameters": {"IdempotencyKey": key},
        "responses": common_responses(c),
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
        "x-problems": [{"name": p.name, "status": status_of(p), "zh": p.zh, "en": p.en} for p in c.problems],
    }
    return json.dumps(doc, ensure_ascii=False, indent=2) + "\n"
