/**
 * Lanvas in German: fetched by who reads it, and by nobody else.
 *
 * Warm, plain and short, with “du”, and always what to do next, as the English is. „…“ for quotes, – for a dash.
 * The same thing has the same word everywhere:
 *
 * | | |
 * |---|---|
 * | session | Sitzung |
 * | board / paper | Tafel / Papier |
 * | shape, thing / stroke, ink / sticky note / frame / stamp / form | Ding / Strich / Haftnotiz / Rahmen / Stempel / Form |
 * | notes / page of the notes | Notizen / Seite |
 * | chat / message / mention | Chat / Nachricht / Erwähnung |
 * | host (a person; the machine) / guest | Gastgeber (neutral: „wer einlädt“; „der Rechner des Gastgebers“) / Gast |
 * | hub | Lanvas-Rechner; where accounts are meant: „hier“ |
 * | people / name | Leute (as a heading: Teilnehmende) / Name |
 * | share, invite / invitation | einladen / Einladung |
 * | join / come in / leave | mitmachen / hereinkommen / verlassen |
 * | link / code (to scan) / address / join words | Link / QR-Code / Adresse / Beitrittswörter |
 * | password / account / sign in, out | Passwort / Konto / anmelden, abmelden |
 * | undo / redo / take back (another's work) | rückgängig / wiederholen / zurücknehmen |
 * | lock / seal / mute / send out / keep out | sperren / versiegeln / stumm schalten / hinausschicken / aussperren |
 * | knock / at the door / let in | anklopfen / vor der Tür / hereinlassen |
 * | viewer / editor / moderator | schaut zu / macht mit / Moderation |
 * | hand in file / save / copy / discard | Datei / speichern / kopieren / verwerfen |
 * | network / device / computer / browser | Netz (WLAN) / Gerät / Computer / Browser |
 * | encrypted / fingerprint / certificate | verschlüsselt / Fingerabdruck / Zertifikat |
 * | settings / language / dismiss, close | Einstellungen / Sprache / schließen |
 * | try again / reload | noch einmal versuchen / neu laden |
 */
import type { Language } from "../lib/language";
import { account, hubAccounts } from "./german/account";
import { heads, hints, look } from "./german/board";
import { chat } from "./german/chat";
import { doctor } from "./german/doctor";
import { FINDINGS } from "./german/findings";
import { hub } from "./german/hub";
import { lobby } from "./german/lobby";
import { notes } from "./german/notes";
import { SENTENCES } from "./german/sentences";
import { sweep } from "./german/sweep";
import type { Parts } from "./parts";
import { translator } from "./sentences";

const parts: Parts = { hints, look, heads, chat, notes, account, hubAccounts, lobby, doctor, hub, sweep };

export const german: Language = { parts: { ...parts }, sentence: translator({ ...FINDINGS, ...SENTENCES }) };
