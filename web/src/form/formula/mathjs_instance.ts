import { all, create } from "mathjs";

export const math = create(all ?? {});
