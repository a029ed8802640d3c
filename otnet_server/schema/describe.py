"""The schema for the studio's forms and lists: every resource, field, action and surface as plain data. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from otnet_server.schema.field import Field, Surface
from otnet_server.schema.resource import Action, Resource, Verb

May = Callable[[Resource, Verb], bool]
MayAct = Callable[[Resource, Action], bool]


def describe(resources: list[Resource], may: May, may_act: MayAct) -> dict[str, Any]:
    """The resources that one person may list, with the verbs and actions that they may use."""
    visible = [r for r in resources if may(r, Verb.LIST)]
    return {"resources": [_resource(r, may, may_act) for r in visible]}


def _resource(r: Resource, may: May, may_act: MayAct) -> dict[str, Any]:
    dashboard = Surface.DASHBOARD
    fields = {**r.readable(dashboard), **r.writable(dashboard, create=True)}
    order = [n for n in r.all_fields() if n in fields]
    if Verb.CREATE not in r.surfaces[dashboard]:  # records that the server creates: list them with their time
        moment_field = r.sort.lstrip("-")
        fields[moment_field] = replace(fields[moment_field], listed=True)
    return {
        "name": r.name, "plural": r.plural, "path": f"/api/v1/{dashboard}/{r.plural}", "title": r.title,
        "title_plural": r.title_plural, "icon": r.icon, "group": r.group, "doc": r.doc, "label": r.label,
        "verbs": [v.value for v in Verb if may(r, v)], "search": bool(r.searched()), "trash": r.trashed, "sort": r.sort,
        "fields": [field_as_data(n, fields[n]) for n in order],
        "actions": [
            {"name": n, "label": a.label, "doc": a.doc, "danger": a.danger, "bulk": a.bulk,
             "fields": [field_as_data(m, f) for m, f in a.fields.items()]}
            for n, a in r.actions_on(dashboard).items() if may_act(r, a)
        ],
        "surfaces": {
            s.value: {"path": f"/api/v1/{s}/{r.plural}", "verbs": [v.value for v in verbs],
                      "fields": list(r.readable(s)), "actions": list(r.actions_on(s))}
            for s, verbs in r.surfaces.items()
        },
    }  # fmt: skip


def field_as_data(name: str, f: Field) -> Mapping[str, Any]:
    common = {
        "name": name, "type": f.type, "label": f.label or name, "help": f.help, "group": f.group,
        "required": f.required, "default": f.default, "read_only": not f.writable, "create_only": f.create_only,
        "write_only": f.write_only, "list": f.listed, "filter": list(f.allowed_operators), "sortable": f.sorted,
        "translatable": f.translatable, "many": False,
    }  # fmt: skip
    return {**common, **f.shape()}
