import { readFileSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { minifySync, type Plugin } from "vite";
import { defineConfig } from "vitest/config";

/**
 * Puts what the browser waits for behind what it can show meanwhile: the page's own words are painted before
 * the first file has come, and `boot.js` listens before the first one can fail. Fetching begins no later, as
 * browsers look ahead and the modules are named in the head.
 */
const wordsFirst: Plugin = {
  name: "words-first",
  transformIndexHtml: {
    order: "post",
    handler(written, { path }) {
      // What explains a page's source is not fetched with it.
      const html = written.replace(/ *<!--[^]*?-->\n/g, "");
      if (path !== "/index.html") return html;
      const waitedFor = [/ *<link rel="stylesheet"[^>]*>\n/g, / *<script type="module"[^>]*><\/script>\n/g];
      const moved = waitedFor.flatMap((part) => html.match(part) ?? []);
      const rest = waitedFor.reduce((left, part) => left.replace(part, ""), html);
      return rest.replace("  </body>", `    <script src="/boot.js"></script>\n${moved.join("")}  </body>`);
    },
  },
  generateBundle() {
    const written = readFileSync(new URL("boot.js", import.meta.url), "utf8");
    this.emitFile({ type: "asset", fileName: "boot.js", source: minifySync("boot.js", written).code });
  },
};

/** Pages of one program: `index.html` for browsers (the hub serves it), `desktop.html` for the app's webview, `test.html` to try a connection. */
export default defineConfig({
  plugins: [svelte(), wordsFirst],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // The page's policy allows no inline script, and data: only for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", "desktop.html", "test.html"],
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          // It lies on the disk of whoever sees it: in one piece it is a tenth smaller than in ten.
          groups: [{ name: "app_only", test: /src.views.(lobby|home)/ }],
        },
      },
    },
  },
  server: {
    // `npm run dev` beside a hub that runs at its usual port.
    proxy: {
      "/api": "http://127.0.0.1:7420",
      "/ws": { target: "ws://127.0.0.1:7420", ws: true },
    },
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
    // Properties and simulations compute for seconds; on a busy machine for longer.
    testTimeout: 60_000,
  },
});
