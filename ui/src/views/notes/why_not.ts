/** The name in the page of what says why one may not write on the notes. */
export const WHY_NOT_ID = "notes-why-not";
