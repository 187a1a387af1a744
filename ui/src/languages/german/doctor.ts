/** The connection doctor in German. */
import type { doctorWords } from "../../views/lobby/doctor_words";
import type { Saying } from "../../lib/language";

export const doctor: Saying<typeof doctorWords> = {
  title: "Warum kommt jemand nicht herein?",
  open: "Jemand kommt nicht herein?",
  looking: "Dieser Computer und sein Netz werden untersucht …",
  failed: "Das ließ sich nicht untersuchen. Lanvas versucht es von selbst noch einmal.",
  findings: "Was sich gezeigt hat",
  levels: { good: "Gut: ", notice: "Hinweis: ", problem: "Problem: " },
  test: "Vom anderen Gerät aus prüfen",
  testHow: "Scanne den QR-Code mit dem Gerät, das nicht hereinkommt, oder öffne dort den Link. Was es erreicht hat, steht dann dort und hier.",
  say: "Oder sag, wo es hingeht; in der App nimmt „Über die Adresse beitreten“ diese Wörter:",
  code: (link) => `QR-Code für ${link}`,
};
