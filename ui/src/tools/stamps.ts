/** The stamps: forms that are put beside things, each in its own colours. */
import type { Color, Form, Paint } from "../protocol/generated/messages";

export interface Stamp {
  readonly form: Form;
  readonly color: Color;
  readonly fill: Paint;
}

const GREEN = { color: "#2f9e44", fill: "#bde8b0" };
const RED = { color: "#e5484d", fill: "#ffb3ad" };
const BLUE = { color: "#3b82f6", fill: "#b1d4ff" };
const ORANGE = { color: "#dd6b20", fill: "#ffc999" };
const YELLOW = { color: "#b7860b", fill: "#ffe58a" };
const VIOLET = { color: "#8b5cf6", fill: "#d3c1fb" };
const TEAL = { color: "#0d9488", fill: "#a3e4d7" };
const PINK = { color: "#d6409f", fill: "#f7b5dc" };

/** In the order in which they are offered; the first is what one begins with. */
export const STAMPS: readonly Stamp[] = [
  { form: "stamp_yes", ...GREEN }, { form: "stamp_no", ...RED }, { form: "stamp_question", ...BLUE }, { form: "stamp_important", ...ORANGE },
  { form: "stamp_smile", ...YELLOW }, { form: "stamp_frown", ...VIOLET }, { form: "stamp_thumb", ...TEAL }, { form: "stamp_spark", ...ORANGE },
  { form: "stamp_flag", ...PINK }, { form: "heart", ...RED },
];

export function stampOf(form: Form): Stamp {
  return STAMPS.find((stamp) => stamp.form === form) ?? { form, ...GREEN };
}
