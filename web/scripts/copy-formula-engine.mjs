/* Puts mathjs, as one file, where the worker finds it: page and worker then judge formulas with the very same library. */
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const library = `${root}/node_modules/mathjs`;
const target = `${root}/dist/engine`;
const { version } = JSON.parse(readFileSync(`${library}/package.json`, "utf8"));

mkdirSync(target, { recursive: true });
copyFileSync(`${library}/lib/browser/math.js`, `${target}/mathjs-${version}.js`);
for (const notice of ["LICENSE", "NOTICE"]) copyFileSync(`${library}/${notice}`, `${target}/mathjs-${notice}.txt`);
copyFileSync(`${library}/lib/browser/math.js.LICENSE.txt`, `${target}/math.js.LICENSE.txt`);
