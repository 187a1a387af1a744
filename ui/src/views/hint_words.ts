/** What a person in the middle of something can do now, and what became of what they did. */
import type { Hint } from "../app/desk";
import { said } from "../lib/language";

export const hintWords = said<Readonly<Record<Hint, string>>>("hints", {
  crop: "Drag the edges to crop, the middle to move the picture. Arrow keys cut, with Shift they give back.",
  fingers: "A pen was used here, so fingers move the board.",
  copied: "Copied.",
  copied_in_html: "Copied for documents and mail. For other programs save it as a file: this address may not hand out pictures.",
  copied_here: "Copied, for this page only: this browser did not let it out.",
  not_copied: "This browser did not let it be copied. Save it as a file instead.",
  no_words: "There are no words in it.",
  pictures_lost: "Some pictures did not come along: their session cannot be reached. Save a copy there and open it here.",
  file_unknown: "That is nothing that Lanvas can open. It opens its own boards, .excalidraw, pictures and PDF.",
  picture_damaged: "The picture is empty or damaged. Choose another file.",
  file_of_words: "Texts go into the notes: open them and drop the file there.",
  words_cut: "The first 10,000 characters are here, a text on the board takes no more. Put all of it into the notes.",
  file_too_large: "The file is larger than 64 MB, which no board is. Save it in parts and open those.",
  too_many_things: "There is no room for so much: a board holds 250,000 things. Open it in a new session, or save it in parts.",
  pdf_too_large: "The PDF is larger than 128 MB. Save the pages you need as a file of their own and open that.",
  pdf_unreadable: "The PDF could not be read. If it has a password, save it without one and open it again.",
  pdf_cut: "The first 200 pages are here. Save the others as a file of their own and open that too.",
  paste_by_key: "Press Ctrl+V to paste: this address may not read the clipboard by itself.",
});
