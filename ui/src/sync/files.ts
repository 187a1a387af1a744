/**
 * Files of a session over HTTP: brought once, read by name. Uploads go by
 * `XMLHttpRequest`, the only thing in a page that tells how far one is.
 */
import type { BlobName } from "../protocol/generated/messages";

export interface FilesAddress {
  readonly base: () => string;
  readonly session: string;
  /** The secret of the latest welcome. */
  readonly resume: () => string | undefined;
}

/** A picture that the hub keeps now. */
export interface KeptPicture {
  readonly blob: BlobName;
  readonly width: number;
  readonly height: number;
}

export interface Files {
  /** Rejects with an `Error` whose message is a sentence for the person; `stop` ends it early. */
  bring(file: Blob, onPart: (part: number) => void, stop?: AbortSignal): Promise<KeptPicture>;
  read(name: BlobName): Promise<Blob>;
}

const UNREACHABLE = "The host cannot be reached right now. Try again when you are connected.";
const UNKNOWN = "The picture could not be added. Try again.";

export function filesOf(address: FilesAddress): Files {
  const url = (): string => `${address.base()}/api/sessions/${encodeURIComponent(address.session)}/blobs`;
  const secret = (): Record<string, string> => {
    const resume = address.resume();
    return resume === undefined ? {} : { Authorization: `Bearer ${resume}` };
  };
  return {
    bring: (file, onPart, stop) => upload(url(), secret(), file, onPart, stop),
    async read(name) {
      const answer = await fetch(`${url()}/${name}`, { headers: secret() });
      if (!answer.ok) throw new Error(UNKNOWN);
      return answer.blob();
    },
  };
}

function upload(url: string, headers: Record<string, string>, file: Blob, onPart: (part: number) => void, stop?: AbortSignal): Promise<KeptPicture> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onPart(loaded / total);
    });
    request.onerror = request.onabort = () => reject(new Error(UNREACHABLE));
    stop?.addEventListener("abort", () => request.abort());
    request.addEventListener("load", () => {
      const answer = parsed(request.responseText);
      const kept = request.status < 300 ? asKept(answer) : null;
      if (kept) resolve(kept);
      else reject(new Error(sentence(answer)));
    });
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asKept(answer: unknown): KeptPicture | null {
  if (typeof answer !== "object" || answer === null) return null;
  const { blob, width, height } = answer as Record<string, unknown>;
  return typeof blob === "string" && typeof width === "number" && typeof height === "number" ? { blob, width, height } : null;
}

/** The hub's problems have a title in plain words. */
function sentence(answer: unknown): string {
  const title = typeof answer === "object" && answer !== null && "title" in answer ? answer.title : null;
  return typeof title === "string" ? title : UNKNOWN;
}
