/** What a page asked for and did not get, for who looks into a story that failed. */
const seen = new WeakMap();

export function watchTraffic(page) {
  const traffic = { open: new Set(), failed: [] };
  seen.set(page, traffic);
  page.on("request", (request) => traffic.open.add(request.url()));
  page.on("requestfinished", (request) => traffic.open.delete(request.url()));
  page.on("requestfailed", (request) => {
    traffic.open.delete(request.url());
    traffic.failed.push(`${request.url()} (${request.failure()?.errorText})`);
  });
}

/** A line for each page that waits for something or was refused something. */
export function missing(pages) {
  return pages.flatMap((page) => {
    const { open, failed } = seen.get(page) ?? { open: new Set(), failed: [] };
    return open.size + failed.length === 0 ? [] : [`${page.url()} waits for [${[...open].join(", ")}], did not get [${failed.join(", ")}]`];
  });
}
