import { expect, test } from "vitest";
import { blocksOf, type Block, type Inline } from "./markdown";

/** As short as can be read: **b** _i_ ~s~ `c` <href|words> {place|words} (@name). */
function line(parts: readonly Inline[]): string {
  return parts
    .map((part) => {
      switch (part.kind) {
        case "text":
          return part.text;
        case "code":
          return "`" + part.text + "`";
        case "mention":
          return `(${part.text})`;
        case "link":
          return `<${part.href}|${line(part.parts)}>`;
        case "place":
          return `{${part.place.kind}|${line(part.parts)}}`;
        case "strong":
          return `**${line(part.parts)}**`;
        case "emphasis":
          return `_${line(part.parts)}_`;
        case "struck":
          return `~${line(part.parts)}~`;
      }
    })
    .join("");
}

function show(blocks: readonly Block[]): string[] {
  return blocks.map((block) => {
    if (block.kind === "paragraph") return line(block.parts);
    if (block.kind === "code") return `[${block.language}] ${block.text}`;
    if (block.kind === "quote") return `> ${show(block.blocks).join(" / ")}`;
    return block.items.map((item, index) => `${block.ordered ? block.start + index : "-"} ${line(item)}`).join("; ");
  });
}

const read = (text: string, names: string[] = []): string[] => show(blocksOf(text, names));

test.each([
  ["plain words\nand a second line", ["plain words\nand a second line"]],
  ["**bold**, *leaning*, _too_ and ~~gone~~", ["**bold**, _leaning_, _too_ and ~gone~"]],
  ["**bold with *both* in it**", ["**bold with _both_ in it**"]],
  ["2 * 3 * 4 and snake_case_name and a*b*c", ["2 * 3 * 4 and snake_case_name and a*b*c"]],
  ["`**no marks** in code`", ["`**no marks** in code`"]],
  ["one ` tick, ** two stars, [ bracket", ["one ` tick, ** two stars, [ bracket"]],
  ["see https://a.test/x_y_z_(w).", ["see <https://a.test/x_y_z_(w)|https://a.test/x_y_z_(w)>."]],
  ["[the plan](https://a.test/p)", ["<https://a.test/p|the plan>"]],
  ["[mail](mailto:a@b.test)", ["<mailto:a@b.test|mail>"]],
  ["[look](#at=10,-20.5,1.5) [more](#heading=The%20plan)", ["{board|look} {heading|more}"]],
  ["- one\n- two\ntext", ["- one; - two", "text"]],
  ["3. three\n4. four", ["3 three; 4 four"]],
  ["> quoted\n> > twice\nanswer", ["> quoted / > twice", "answer"]],
  ["```js\nconst a = '**';\n\n# x\n```\nafter", ["[js] const a = '**';\n\n# x", "after"]],
  ["```\nnever ended", ["[] never ended"]],
  ["", []],
])("%j", (text, expected) => expect(read(text)).toEqual(expected));

test.each(["[x](javascript:alert(1))", "[x](data:text/html,a)", "[x](//a.test)", "[x](https://user:pass@a.test)", "[x](#at=1e9,0)", "[x](file:///etc/passwd)", "[x](mailto:a@b.test?bcc=c@d.test)"])(
  "%s leads nowhere",
  (text) => expect(JSON.stringify(blocksOf(text))).not.toMatch(/"kind":"(link|place)"/),
);

test("names stand out, the longer before the shorter", () => {
  expect(read("@Ann, @Ann Lee and @Bob", ["Ann", "Ann Lee"])).toEqual(["(@Ann), (@Ann Lee) and @Bob"]);
});

test.each(["*".repeat(4_000), "[".repeat(4_000), "`".repeat(3_999), "> ".repeat(2_000), "_a ".repeat(1_300), "**a".repeat(1_300), "- ".repeat(2_000), "https://a.test/".repeat(260)])(
  "%.20s… is read in a moment",
  (text) => {
    const began = performance.now();
    blocksOf(text);
    expect(performance.now() - began).toBeLessThan(300);
  },
);
