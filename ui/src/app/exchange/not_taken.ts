/** Why something from outside was not put on the board; said to the person as the hint of that name. */
export type Untakeable = "file_unknown" | "picture_damaged" | "file_of_words" | "file_too_large" | "too_many_things" | "pdf_too_large" | "pdf_unreadable";

export class NotTaken extends Error {
  readonly why: Untakeable;

  constructor(why: Untakeable) {
    super(why);
    this.why = why;
  }
}

/** Of a board or a drawing, as a file or on the clipboard. */
export const BOARD_FILE_BYTES_MAX = 64 * 1024 * 1024;
/** Of a PDF: it is in memory as a whole while its pages are painted. */
export const PDF_BYTES_MAX = 128 * 1024 * 1024;
/** Pages of one PDF: nobody writes on all of more. */
export const PDF_PAGES_MAX = 200;
/** Pixels of one page's picture: a poster is taken coarser than a sheet. */
export const PDF_PAGE_PIXELS_MAX = 16_000_000;
