#!/usr/bin/env python
"""Writes docs/nodes/ and the generated parts of docs/nodes.md from the catalogue; with --check only says what is stale."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from domain.graph.conditions.metric import describe_metrics
from domain.graph.nodes.catalogue import CATALOGUE, NODE_TYPES, versions_of
from domain.graph.nodes.node_type import NodeType

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLES: Mapping[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("node_examples.json").read_text()
)
"""Settings by `type.version`, shown on the page and said in words."""
NEWEST = {
    node_type.type: CATALOGUE[node_type.type, versions_of(node_type.type)[-1]] for node_type in NODE_TYPES
}
PART = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

Schema = Mapping[str, Any]


def main() -> int:
    pages = {DOCS / "nodes" / f"{name}.md": page(name) for name in NEWEST}
    overview = DOCS / "nodes.md"
    pages[overview] = with_parts(overview.read_text())
    known = set((DOCS / "nodes").glob("*.md"))
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text() != text]
    stale.extend(known - pages.keys())
    if "--check" in sys.argv:
        for path in stale:
            sys.stdout.write(
                f"{path.relative_to(DOCS.parent)} is not what scripts/write_node_docs.py writes\n"
            )
        return 1 if stale else 0
    (DOCS / "nodes").mkdir(exist_ok=True)
    for path in known - pages.keys():
        path.unlink()
    for path, text in pages.items():
        path.write_text(text)
    return 0


def with_parts(text: str) -> str:
    parts = {"metrics": "\n".join(metrics_table()), "types": "\n".join(types_table())}
    return PART.sub(lambda found: f"{found[1]}{parts[found[2]]}\n{found[3]}", text)


def metrics_table() -> Iterator[str]:
    yield "| Metric | Unit | Means |"
    yield "|---|---|---|"
    for metric in describe_metrics():
        yield f"| `{metric['name']}` | {metric['unit'] or '–'} | {cell(metric['description'])} |"


def types_table() -> Iterator[str]:
    yield "| Node | Type | Group | What it does |"
    yield "|---|---|---|---|"
    for name, node_type in NEWEST.items():
        link = f"[{node_type.title}](nodes/{name}.md)"
        yield f"| {link} | `{name}` | {node_type.group.value} | {cell(node_type.description)} |"


def page(name: str) -> str:
    """One page per type: the newest version first, older ones behind it."""
    newest = NEWEST[name]
    lines = [f"# {newest.title} · `{name}`", "", newest.description, "", f"Group: {newest.group.value}.", ""]
    lines.extend(version_lines(newest))
    for version in versions_of(name)[-2::-1]:
        lines.extend((f"## Version {version}", ""))
        lines.append(
            "Graphs that were drawn with it keep it; the settings and meaning of then stay as they were."
        )
        lines.append("")
        lines.extend(version_lines(CATALOGUE[name, version]))
    lines.append("[All nodes](../nodes.md)")
    return "\n".join(lines) + "\n"


def version_lines(node_type: NodeType[Any]) -> Iterator[str]:
    schema = node_type.config.model_json_schema()
    if schema.get("properties"):
        yield from ("| Setting | Title | Value | | |", "|---|---|---|---|---|")
        yield from (setting_row(name, field, schema) for name, field in schema["properties"].items())
    else:
        yield "Nothing to set."
    yield ""
    for port in node_type.inputs:
        optional = "" if port.required else ", optional"
        yield f"- in `{port.name}` ({port.kind.value}{optional}): {port.title}"
    for out in node_type.outputs:
        yield f"- out `{out.name}` ({out.kind.value}): {out.description}"
    yield ""
    yield from example_lines(node_type)


def example_lines(node_type: NodeType[Any]) -> Iterator[str]:
    raw = EXAMPLES.get(f"{node_type.type}.{node_type.version}")
    if raw is None:
        return
    config = node_type.config.model_validate(raw)
    node = {"id": "n1", "type": node_type.type, "type_version": node_type.version, "config": raw}
    yield from ("```json", json.dumps(node, ensure_ascii=False), "```", "")
    yield f"In words: {node_type.rule(config)}."
    yield ""


def setting_row(name: str, field: Schema, schema: Schema) -> str:
    if name in schema.get("required", ()):
        need = "needed"
    elif field.get("default") is None or field.get("default") == []:
        need = "optional"
    else:
        need = f"default `{json.dumps(field['default'], ensure_ascii=False).strip(chr(34))}`"
    title, said = field.get("title", ""), field.get("description", "")
    return f"| `{name}` | {title} | {cell(value_words(field, schema))} | {need} | {cell(said)} |"


def value_words(field: Schema, schema: Schema) -> str:
    """What may be written there: decimal text, 0 to 1 ratio."""
    if "anyOf" in field:
        unit = {"x-unit": field["x-unit"]} if "x-unit" in field else {}
        parts = [part for part in field["anyOf"] if part.get("type") != "null"]
        return " or ".join(value_words({**part, **unit}, schema) for part in parts)
    if field.get("x-form") == "conditions":
        return "conditions" + (", at least one" if field.get("minItems") else "")
    if "x-metrics" in field:
        return "a metric"
    if field.get("x-form") == "window":
        return "a time such as " + ", ".join(field["x-offered"])
    unit = f" {field['x-unit']}" if field.get("x-unit") else ""
    if "enum" in field:
        return ", ".join(f"`{choice}`" for choice in field["enum"])
    if field.get("const") is not None:
        return f"`{field['const']}`"
    if field.get("format") == "decimal":
        least = field.get("x-minimum", field.get("x-exclusive-minimum"))
        above = "above " if "x-exclusive-minimum" in field else ""
        return f"decimal text, {above}{grouped(least)} to {grouped(field['x-maximum'])}{unit}"
    if field.get("type") == "integer":
        return f"whole number, {grouped(field['minimum'])} to {grouped(field['maximum'])}{unit}"
    if field.get("type") == "boolean":
        return "`true` or `false`"
    if "maxLength" in field:
        return f"text, up to {field['maxLength']} characters"
    return str(field.get("type", "text"))


def grouped(number: object) -> str:
    whole, point, rest = str(number).partition(".")
    return f"{int(whole):,}{point}{rest}" if whole.lstrip("-").isdigit() else str(number)


def cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
