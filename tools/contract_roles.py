"""Who may do what: a table for people (docs/roles.md), and as JSON with everything a test needs to try every route."""

import json

from contract_openapi import implied_problems, status_of


def make_matrix(c):
    """What the test harness walks through: every route with who may and what can go wrong."""
    routes = [{"name": r.name, "module": r.module, "method": r.method, "path": r.path,
               "params": [{"name": n, "kind": k} for n, k in r.params], "permission": r.permission,
               "roles": c.permission_roles(r.permission), "mode": r.mode, "status": r.status,
               "query": r.query, "body": r.body, "raw": r.raw_max or None, "out": r.out, "type": r.out_type,
               "rate": r.rate or None, "problems": r.problems, "implied": implied_problems(c, r)} for r in c.routes]
    made = {"roles": [{"name": r.name, "scope": r.scope} for r in c.roles],
            "permissions": [{"name": p.name, "roles": p.roles} for p in c.permissions],
            "problems": [{"name": p.name, "kind": p.kind, "status": status_of(p), "module": p.module} for p in c.problems],
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
    if c.permissions:
        out += ["## Permissions", "", "| permission | what | roles |", "|---|---|---|"]
        zh = {r.name: r.zh for r in c.roles}
        out += [f"| `{p.name}` | {p.doc.replace('|', '/')} | {'、'.join(zh[r] for r in p.roles)} |" for p in c.permissions]
        out.append("")
    return "\n".join(out)
