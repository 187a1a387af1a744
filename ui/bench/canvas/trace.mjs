/**
 * What the compositor's trace says: when frames were on the screen, and how long a
 * pen's sample took to get there. Knows Chromium's trace events and nothing of the canvas.
 */

const CATEGORIES = ["cc", "benchmark", "disabled-by-default-devtools.timeline.frame", "blink.user_timing"];

/** Runs `act` and returns the trace's events meanwhile. `cdp` is a session of the browser. */
export async function traced(cdp, act) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  cdp.on("Tracing.dataCollected", collect);
  await cdp.send("Tracing.start", { transferMode: "ReportEvents", traceConfig: { includedCategories: CATEGORIES } });
  try {
    await act();
  } finally {
    const complete = new Promise((done) => cdp.once("Tracing.tracingComplete", done));
    await cdp.send("Tracing.end");
    await complete;
    cdp.off("Tracing.dataCollected", collect);
  }
  return events;
}

/**
 * Frames with something new of the page's main thread: when its part of them began
 * and was handed over, and when they were presented, in microseconds.
 */
export function presentedFrames(events) {
  const open = new Map();
  const frames = [];
  for (const event of events.toSorted((a, b) => a.ts - b.ts)) {
    if (event.ph !== "b" && event.ph !== "e") continue;
    const key = `${event.pid}/${event.id2?.local ?? event.id}`;
    if (event.name === "PipelineReporter" && event.ph === "b") open.set(key, { state: event.args?.frame_reporter?.state, type: event.args?.frame_reporter?.frame_type });
    const frame = open.get(key);
    if (!frame) continue;
    if (event.name === "SendBeginMainFrameToCommit") frame[event.ph === "b" ? "begun" : "committed"] = event.ts;
    if (event.name === "PipelineReporter" && event.ph === "e") {
      open.delete(key);
      frame.presented = event.ts;
      if (frame.state === "STATE_PRESENTED_ALL" && frame.committed !== undefined) frames.push(frame);
    }
  }
  return frames.sort((a, b) => a.presented - b.presented);
}

/** Milliseconds between presented frames. */
export function intervals(events) {
  const frames = presentedFrames(events);
  return frames.slice(1).map((frame, i) => (frame.presented - frames[i].presented) / 1000);
}

/** Milliseconds from a pen's sample, by its time stamp, to the frame with its ink on the screen. */
export function inkLatencies(events) {
  const frames = presentedFrames(events);
  return events
    .filter((event) => event.name.startsWith("ink:"))
    .flatMap((mark) => {
      const frame = frames.find((each) => each.begun <= mark.ts && mark.ts <= each.committed) ?? frames.find((each) => each.committed >= mark.ts);
      const origin = mark.ts / 1000 - mark.args.data.startTime;
      return frame ? [frame.presented / 1000 - origin - Number(mark.name.slice(4))] : [];
    });
}

export const percentile = (values, part) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
