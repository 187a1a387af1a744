/**
 * The ways in which people use a tool: by mouse, by fingers. Each presses what can be
 * pressed and draws on the board; places are of the page.
 */
const BETWEEN = 4;

/** The places from the first to the last of `points`, some more on the way. */
function along(points) {
  return points.slice(1).flatMap(([x, y], i) => {
    const [fromX, fromY] = points[i];
    return Array.from({ length: BETWEEN }, (_, n) => [fromX + ((x - fromX) * (n + 1)) / BETWEEN, fromY + ((y - fromY) * (n + 1)) / BETWEEN]);
  });
}

/** Of something on the page, once it is there. */
async function middleOf(thing) {
  await thing.waitFor();
  const { x, y, width, height } = await thing.boundingBox();
  return [x + width / 2, y + height / 2];
}

export function byMouse({ page }) {
  return {
    press: async (thing) => page.mouse.click(...(await middleOf(thing))),
    undo: () => page.keyboard.press("Control+z"),
    redo: () => page.keyboard.press("Control+Shift+z"),
    click: (x, y) => page.mouse.click(x, y),
    async drag(...points) {
      await page.mouse.move(...points[0]);
      await page.mouse.down();
      for (const point of along(points)) await page.mouse.move(...point);
      await page.mouse.up();
    },
  };
}

/** Fingers, as the browser's own driver moves them. */
export async function byFinger({ page, context }) {
  const driver = await context.newCDPSession(page);
  const send = (type, touches, when = {}) => driver.send("Input.dispatchTouchEvent", { type, touchPoints: touches.map(([x, y], id) => ({ x, y, id })), ...when });
  const click = async (x, y) => {
    await send("touchStart", [[x, y]]);
    await send("touchEnd", []);
  };
  /** So many fingers that come and go at once: their times are given, so that a busy machine makes no slow tap of it. */
  const tap = async (count, x, y) => {
    const fingers = Array.from({ length: count }, (_, n) => [x + n * 60, y]);
    const steps = [...fingers.map((_, n) => ["touchStart", n + 1]), ...fingers.map((_, n) => ["touchEnd", count - 1 - n])];
    const start = Date.now() / 1_000;
    for (const [n, [type, left]] of steps.entries()) await send(type, fingers.slice(0, left), { timestamp: start + n * 0.02 });
  };
  return {
    send,
    click,
    tap,
    press: async (thing) => click(...(await middleOf(thing))),
    undo: () => tap(2, 600, 650),
    redo: () => tap(3, 600, 650),
    async drag(...points) {
      await send("touchStart", [points[0]]);
      for (const point of along(points)) await send("touchMove", [point]);
      await send("touchEnd", []);
    },
  };
}

/** A stylus: `points` are [x, y, pressure, tiltX, tiltY]. */
export async function byPen({ page, context }) {
  const driver = await context.newCDPSession(page);
  const send = (type, [x, y, force = 0.5, tiltX = 0, tiltY = 0], { button = "left", buttons = 1 } = {}) =>
    driver.send("Input.dispatchMouseEvent", { type, x, y, button: type === "mouseMoved" && buttons === 0 ? "none" : button, buttons, clickCount: 1, pointerType: "pen", force, tiltX, tiltY });
  return {
    send,
    async drag(points, options) {
      await send("mousePressed", points[0], options);
      for (const point of points.slice(1)) await send("mouseMoved", point, options);
      await send("mouseReleased", points.at(-1), { ...options, buttons: 0 });
    },
  };
}
