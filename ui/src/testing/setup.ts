/** Node has no `reportError`; in a test an error that nobody caught fails it. */
globalThis.reportError = (error: unknown): never => {
  throw error;
};
