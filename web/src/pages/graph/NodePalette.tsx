import { Modal, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import type { NodeType } from "@/api/types";
import { searchTypes } from "./palette_search";
import classes from "./Palette.module.css";

interface NodePaletteProps {
  opened: boolean;
  title: string;
  /** Those that may be added here. */
  types: readonly NodeType[];
  onPick: (type: NodeType) => void;
  onClose: () => void;
}

/** Every kind of node that can be added, grouped, and found by words of its title and description. */
export function NodePalette({ opened, title, types, onPick, onClose }: NodePaletteProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      <Offered types={types} onPick={onPick} />
    </Modal>
  );
}

function Offered({ types, onPick }: Pick<NodePaletteProps, "types" | "onPick">) {
  const [words, setWords] = useState("");
  const groups = searchTypes(types, words);
  const first = groups[0]?.types[0];
  return (
    <>
      <TextInput
        aria-label="Search nodes"
        placeholder="Search, such as volume or watchlist"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && words !== "" && first !== undefined) onPick(first);
        }}
        data-autofocus
      />
      {groups.length === 0 ? <p className={classes.none}>No node matches “{words}”.</p> : null}
      {groups.map((group) => (
        <section key={group.name} aria-label={group.name}>
          <h3 className={classes.group}>{group.name}</h3>
          <ul className={classes.list}>
            {group.types.map((type) => (
              <li key={type.type}>
                <button type="button" className={classes.type} onClick={() => onPick(type)}>
                  <b>{type.title}</b>
                  <span>{type.description}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
