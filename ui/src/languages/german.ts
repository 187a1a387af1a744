/**
 * Lanvas in German: fetched by who reads it, and by nobody else.
 *
 * Warm, plain and short, with “du”, and always what to do next, as the English is. „…“ for quotes, – for a dash.
 * The same thing has the same word everywhere:
 *
 * | | |
 * |---|---|
 * | session | Sitzung |
 * | board; thing, shape / form / stroke / sticky note / frame / stamp | Tafel; Ding / Form / Strich / Haftnotiz / Rahmen / Stempel |
 * | notes, page / chat, message, mention | Notizen, Seite / Chat, Nachricht, Erwähnung |
 * | host; the host's computer / hub | Gastgeber; der Computer des Gastgebers / „bei diesem Gastgeber“ |
 * | guest / people, person | Gast / Leute (a heading), Personen (counted), alle |
 * | share / invite, invitation | teilen / einladen, Einladung |
 * | join (a session) / come in / leave | beitreten / hereinkommen / verlassen |
 * | link / code (to scan) / join by address / words | Link / QR-Code / über die Adresse beitreten / Wörter |
 * | password / account / sign in, out | Passwort / Konto / anmelden, abmelden |
 * | undo / redo / take back | rückgängig (machen) / wiederholen / zurücknehmen |
 * | lock, open / seal / mute / send out / keep out | sperren, freigeben / versiegeln / stumm schalten / hinausschicken / aussperren |
 * | knock / at the door / let in / turn away | anklopfen / vor der Tür / hereinlassen / abweisen |
 * | viewer / editor / moderator | schaut zu / macht mit / die Moderation |
 * | save / copy / discard / trash | speichern / kopieren / verwerfen / Papierkorb |
 * | network / Wi-Fi / device / computer / browser | Netz / WLAN / Gerät / Computer / Browser |
 * | encrypted / fingerprint / certificate | verschlüsselt / Fingerabdruck / Zertifikat |
 * | "What was made is kept" | „Was entstanden ist, bleibt erhalten“ |
 * | try again / reload / loading … | noch einmal versuchen / neu laden / wird geladen … |
 */
import type { Language } from "../lib/language";
import { account, hubAccounts } from "./german/account";
import * as app from "./german/app";
import * as board from "./german/board";
import { chat } from "./german/chat";
import { doctor } from "./german/doctor";
import * as entrance from "./german/entrance";
import { FINDINGS } from "./german/findings";
import { hub } from "./german/hub";
import { lobby } from "./german/lobby";
import { notes } from "./german/notes";
import * as order from "./german/order";
import * as page from "./german/page";
import { SENTENCES } from "./german/sentences";
import { sweep } from "./german/sweep";
import { UI_SENTENCES } from "./german/ui_sentences";
import type { Parts } from "./parts";
import { translator } from "./sentences";

const parts: Parts = { ...page, ...board, chat, notes, ...entrance, account, hubAccounts, ...order, ...app, lobby, doctor, hub, sweep };

export const german: Language = { parts: { ...parts }, sentence: translator({ ...FINDINGS, ...SENTENCES, ...UI_SENTENCES }) };
