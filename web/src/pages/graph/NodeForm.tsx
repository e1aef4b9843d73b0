import { TextInput } from "@mantine/core";
import type { Graph, GraphNode, NodeType } from "@/api/types";
import { ConfigField } from "@/form/ConfigField";
import { parameterFields } from "@/form/parameter_fields";
import { renameNode, setSetting } from "@/graph/edit_graph";
import classes from "./Node.module.css";

interface NodeFormProps {
  graph: Graph;
  node: GraphNode;
  type: NodeType;
  problems: ReadonlyMap<string, string>;
  onChange: (graph: Graph, group: string) => void;
}

const NAME_MAX = 120;

/** A form made of the type's JSON Schema; settings it does not know are named, so that nothing is hidden. */
export function NodeForm({ graph, node, type, problems, onChange }: NodeFormProps) {
  const fields = parameterFields(type.config_schema);
  const config = node.config ?? {};
  const strange = Object.keys(config).filter((name) => fields.every((field) => field.name !== name));
  return (
    <div className={classes.fields}>
      <TextInput
        label="Name"
        description="Only for people; left empty, it is called by its kind"
        placeholder={type.title}
        maxLength={NAME_MAX}
        value={node.name}
        onChange={(event) => onChange(renameNode(graph, node.id, event.currentTarget.value), `${node.id}.name`)}
      />
      {fields.map((field) => (
        <ConfigField
          key={field.name}
          field={field}
          stored={config[field.name]}
          problems={problems}
          onChange={(value) => onChange(setSetting(graph, node.id, field.name, value), `${node.id}.${field.name}`)}
        />
      ))}
      {strange.map((name) => (
        <p key={name} className={classes.strange}>
          “{name}” is not known to {type.title}.{" "}
          <button type="button" onClick={() => onChange(setSetting(graph, node.id, name, undefined), `${node.id}.${name}`)}>
            Remove it
          </button>
        </p>
      ))}
    </div>
  );
}
