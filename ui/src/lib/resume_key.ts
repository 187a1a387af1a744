/** Where a tab keeps what makes it the same person in a session again: `<replica> <secret>`, by the session's id. */
export const RESUME_KEY_PREFIX = "lanvas.resume.";
