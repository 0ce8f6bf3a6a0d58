// Builds the console into dist/: one script, one style, one page, each compressed already and named by what stands in
// it. With --check-types it builds nothing, and says whether src/api/schema.d.ts is made of the API's document.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = (path) => new URL(path, import.meta.url);
const document = JSON.parse(readFileSync(here("../functions/api/openapi.json"), "utf8"));

function checkTypes() {
  const cli = here("node_modules/openapi-typescript/bin/cli.js").pathname;
  const fresh = execFileSync(process.execPath, [cli, "../functions/api/openapi.json"], { cwd: here("."), encoding: "utf8" });
  if (readFileSync(here("src/api/schema.d.ts"), "utf8").trim() !== fresh.trim()) {
    console.error("src/api/schema.d.ts is not made of functions/api/openapi.json: npm run types");
    process.exit(1);
  }
}

// The form of the settings is made of their schema; the rest of the document stays here.
const settingsSchema = {
  name: "settings-schema",
  setup(run) {
    run.onResolve({ filter: /^schema:settings$/ }, () => ({ path: "settings", namespace: "schema" }));
    run.onLoad({ filter: /.*/, namespace: "schema" }, () => {
      const { schemas } = document.components;
      const needed = {};
      const take = (part) => {
        if (part === null || typeof part !== "object") return;
        const name = part.$ref?.split("/").pop();
        if (name && !needed[name]) take((needed[name] = schemas[name]));
        Object.values(part).forEach(take);
      };
      take({ $ref: "#/components/schemas/Settings" });
      return { contents: JSON.stringify(needed), loader: "json" };
    });
  },
};

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [here("src/main.tsx").pathname],
    bundle: true,
    format: "esm",
    target: ["es2022", "chrome111", "firefox113", "safari16.4"],
    minify: true,
    legalComments: "none",
    write: false,
    outdir: "out",
    plugins: [settingsSchema],
    define: { HAS_FIGURES: String("/v1/figures" in document.paths || "FIGURES" in process.env) },
    absWorkingDir: here(".").pathname,
  });
  const put = (name, text) => {
    const [stem, ending] = name.split(".");
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
    const file = ending === "html" ? name : `${stem}-${hash}.${ending}`;
    const bytes = gzipSync(text, { level: 9 });
    writeFileSync(here(`dist/${file}.gz`), bytes);
    console.log(`${file}: ${(bytes.length / 1000).toFixed(1)} kB compressed`);
    return file;
  };
  for (const old of readdirSync(here("dist"))) if (old.endsWith(".gz")) rmSync(here(`dist/${old}`));
  const text = (ending) => outputFiles.find((file) => file.path.endsWith(ending)).contents;
  const script = put("app.js", text(".js"));
  const style = put("app.css", text(".css"));
  const icon = put("icon.svg", readFileSync(here("src/icon.svg")));
  const page = readFileSync(here("src/index.html"), "utf8");
  put("index.html", page.replace("{{script}}", script).replace("{{style}}", style).replace("{{icon}}", icon));
}

await (process.argv.includes("--check-types") ? checkTypes() : bundle());
