/**
 * Markdown as the notes know it: the editor's own parser, without the languages of
 * code blocks and HTML, which weigh more than the editor.
 *
 * A paragraph is read in one go and anew at each letter in it, so one that has
 * grown long without a blank line (a pasted log) is read as several.
 */
import { markdownLanguage } from "@codemirror/lang-markdown";
import { Language, LanguageSupport } from "@codemirror/language";
import type { MarkdownParser } from "@lezer/markdown";

/** Units of text in one go: a letter waits for them in the editor, a page to read is laid out anew after a pause. */
const [WRITTEN_UNITS_MAX, READ_UNITS_MAX] = [1_500, 4_000];

/** The Markdown language's parser is a Markdown parser; its type does not say so. */
const parserFor = (paragraphUnitsMax: number): MarkdownParser =>
  (markdownLanguage.parser as MarkdownParser).configure({
    parseBlock: [{ name: "LongParagraph", endLeaf: (_context, _line, leaf) => leaf.content.length > paragraphUnitsMax }],
  });

export const readingParser = parserFor(READ_UNITS_MAX);

export const notesLanguage = new LanguageSupport(new Language(markdownLanguage.data, parserFor(WRITTEN_UNITS_MAX), [], "markdown"));
