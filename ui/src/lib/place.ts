/**
 * Where a hub is, for people and for what is remembered. The app reaches an
 * encrypted hub by a pipe on this machine, whose address is a secret, another one
 * each time, and ends in the place where it leads. Pure.
 */
const PIPE = /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\//;

/** `https://host:port` for a pipe; any other address as it is. */
export const placeOf = (base: string): string => base.replace(PIPE, "https://");
