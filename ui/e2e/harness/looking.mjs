/** How pages are looked at: their sizes and lights, sheets of pictures, and faults that can be measured, which a look at a picture overlooks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const SIZES = { phone: { width: 390, height: 844 }, laptop: { width: 1280, height: 800 }, large: { width: 1920, height: 1080 } };
/** By name what the device is; `chosen` is dark chosen in Lanvas. */
export const LIGHTS = { light: "light", dark: "dark", chosen: "light" };

/** Two frames after the last change everything is painted. */
export const painted = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 350)))));

/** Sentences about what is cut off, too small for a finger, or too faint to be read. */
export function wrong(page, isTouched) {
  return page.evaluate((least) => {
    const faults = [];
    const { innerWidth, innerHeight } = window;
    const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0;
    const nameOf = (element) => `${element.tagName.toLowerCase()} "${(element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40)}"`;
    const clips = (element) => {
      for (let at = element.parentElement; at; at = at.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(at).overflow)) return true;
      return false;
    };
    for (const element of document.querySelectorAll("button, input:not([type=file]), select, a[href], label")) {
      if (!shown(element) || element.closest(".unseen") || element.closest(".cm-editor")) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0) continue;
      const isInside = box.left >= -1 && box.top >= -1 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
      if (!isInside && !clips(element)) faults.push(`${nameOf(element)} is cut off at the window's edge`);
      const target = element.closest("label") ?? element;
      const own = target.getBoundingClientRect();
      if (element.tagName !== "LABEL" && (own.height < least || own.width < least)) faults.push(`${nameOf(element)} is ${Math.round(own.width)} x ${Math.round(own.height)}`);
    }
    const channel = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
    const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgba = (css) => {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = css;
      pen.fillRect(0, 0, 1, 1);
      return [...pen.getImageData(0, 0, 1, 1).data];
    };
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const [r, g, b, a] = rgba(getComputedStyle(at).backgroundColor);
        if (a > 250) return [r, g, b];
      }
      return null;
    };
    for (const element of document.querySelectorAll("body *")) {
      const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
      if (!words || !shown(element) || element.closest(".unseen, :disabled, svg, option, [aria-hidden=true]")) continue;
      const back = ground(element);
      if (back === null) continue;
      const style = getComputedStyle(element);
      const [a, b] = [luminance(rgba(style.color)), luminance(back)];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const size = Number.parseFloat(style.fontSize);
      const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
      if (ratio < needed - 0.01) faults.push(`${nameOf(element)} has a contrast of ${ratio.toFixed(2)}`);
    }
    return [...new Set(faults)];
  }, isTouched ? 44 : 24);
}

/** All of a set small, some to a page. */
export async function sheets(browser, folder, names, size) {
  const across = size === "phone" ? 6 : size === "laptop" ? 3 : 2;
  const down = size === "phone" ? 2 : 3;
  const { width, height } = SIZES[size];
  const by = size === "phone" ? 0.72 : size === "laptop" ? 0.5 : 0.42;
  const page = await browser.newPage({ viewport: { width: Math.ceil(across * (width * by + 8)), height: Math.ceil(down * (height * by + 26)) } });
  for (let from = 0, n = 1; from < names.length; from += across * down, n++) {
    const boxes = names.slice(from, from + across * down).map((name) => {
      const data = readFileSync(join(folder, `${name.replaceAll(" ", "-")}.png`), { flag: "a+" }).toString("base64");
      return `<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${data}" width="${width * by}" height="${height * by}"></figure>`;
    });
    await page.setContent(`<style>body{margin:0;display:flex;flex-wrap:wrap;background:#888}figure{margin:4px;font:12px sans-serif}</style>${boxes.join("")}`);
    await page.screenshot({ path: join(folder, `sheet-${n}.png`) });
  }
  await page.close();
}
