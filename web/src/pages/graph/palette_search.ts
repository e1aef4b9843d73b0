import type { NodeType } from "@/api/types";

export interface TypeGroup {
  name: string;
  types: NodeType[];
}

/** Types that have all the words, those with all of them in the title first, by group in the catalogue's order. */
export function searchTypes(types: readonly NodeType[], words: string): TypeGroup[] {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const has = (text: string) => wanted.every((word) => text.toLowerCase().includes(word));
  const found = types.filter(({ title, description, group }) => has(`${title} ${description} ${group}`));
  const byTitle = (type: NodeType) => (has(type.title) ? 0 : 1);
  const ordered = wanted.length === 0 ? found : [...found].sort((one, other) => byTitle(one) - byTitle(other));
  const groups: TypeGroup[] = [];
  for (const type of ordered) {
    const group = groups.find(({ name }) => name === type.group);
    if (group === undefined) groups.push({ name: type.group, types: [type] });
    else group.types.push(type);
  }
  return groups;
}
