import { fetchLate } from "../tools/late";

/** Node has no `reportError`; in a test an error that nobody caught fails it. */
globalThis.reportError = (error: unknown): never => {
  throw error;
};

/** A page has them a moment after its board. */
await fetchLate();
