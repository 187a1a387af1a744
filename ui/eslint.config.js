import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import { defineConfig } from "eslint/config";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/**
 * Who may import whom. Each layer lists what it must not reach; the wire's
 * generated types and the packed form of points are plain data and open to all.
 */
const LAYERS = ["lib", "protocol", "sync", "document", "engine", "tools", "app", "views", "platform", "languages"];
const MAY_IMPORT = {
  lib: [],
  protocol: ["lib"],
  document: ["lib"],
  engine: ["lib", "document"],
  tools: ["lib", "document", "engine"],
  sync: ["lib", "protocol", "document"],
  platform: ["lib"],
  // Whose words it says, of those it knows the types: tidy sees to it that it is no more.
  languages: ["lib", "platform", "tools", "app", "views"],
  app: ["lib", "protocol", "document", "sync", "engine", "tools", "platform"],
  views: LAYERS,
};

const OPEN = "protocol/(generated/|points(\\.ts)?$)";

function boundary(layer, allowed) {
  const closed = LAYERS.filter((other) => other !== layer && !allowed.includes(other)).join("|");
  const patterns = [
    ...(closed === "" ? [] : [{ regex: `^(\\.\\./)+(?!${OPEN})(${closed})(/|$)`, message: `${layer}/ may import ${allowed.join(", ") || "nothing"} only` }]),
    { regex: "^(\\./|\\../)+testing/", message: "testing/ is for tests" },
  ];
  const paths = [];
  if (layer !== "views" && layer !== "app") patterns.push({ regex: "^svelte", message: "Svelte stays in views/" });
  if (layer === "app") patterns.push({ regex: "^svelte", message: "Svelte stays in views/" });
  if (layer === "sync" || layer === "document") {
    patterns.push({ regex: "^@codemirror/(?!state$)", message: "the editor is loaded later; only @codemirror/state here" });
  }
  patterns.push({ regex: "^@tauri-apps/", message: "only platform/desktop.ts knows Tauri" });
  return {
    files: [`src/${layer}/**/*.{ts,svelte}`],
    ignores: ["**/*.test.ts", "src/platform/desktop.ts"],
    rules: { "no-restricted-imports": ["error", { paths, patterns }] },
  };
}

const NO_RAW_HTML = "build nodes or set textContent; nothing said by a guest is ever parsed as HTML";

export default defineConfig(
  { ignores: ["dist/", "node_modules/", "test-results/", "src/protocol/generated/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      "no-undef": "off",
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "max-lines": ["error", { max: 600 }],
      "max-lines-per-function": ["error", { max: 70, skipComments: true, skipBlankLines: true, IIFEs: true }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-invalid-void-type": "off",
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"].map((property) => ({ property, message: NO_RAW_HTML })),
        { object: "document", property: "write", message: NO_RAW_HTML },
        { property: "randomUUID", message: "not there on plain http; see lib/random.ts" },
        { object: "crypto", property: "subtle", message: "not there on plain http" },
      ],
      "svelte/no-at-html-tags": "error",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  { files: ["**/*.test.ts", "src/testing/**"], rules: { "max-lines-per-function": "off" } },
  { files: ["e2e/**", "bench/**", "*.config.{js,ts}"], languageOptions: { globals: globals.node } },
  ...Object.entries(MAY_IMPORT).map(([layer, allowed]) => boundary(layer, allowed)),
);
