/**
 * The least that a page can do: one canvas, a line to each sample, a clearing of
 * all of it each frame. What the machine and the browser take of a frame is seen here.
 */
const canvas = document.querySelector("canvas");
const pen = canvas?.getContext("2d", { alpha: false });
if (!canvas || !pen) throw new Error("the page has a canvas");
[canvas.width, canvas.height] = [innerWidth, innerHeight];
pen.lineWidth = 4;
let last: { x: number; y: number } | null = null;
addEventListener("pointermove", ({ clientX, clientY, buttons, timeStamp }) => {
  if (buttons === 0) return void (last = null);
  if (last) {
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(clientX, clientY);
    pen.stroke();
    performance.mark(`ink:${timeStamp}`);
  }
  last = { x: clientX, y: clientY };
});

const picture = new OffscreenCanvas(innerWidth, innerHeight);
const paint = picture.getContext("2d");
for (let i = 0; paint && i < 400; i++) {
  paint.fillStyle = `hsl(${(i * 7) % 360} 70% 50%)`;
  paint.fillRect((i * 97) % innerWidth, (i * 61) % innerHeight, 30, 30);
}

/** Draws one picture of the view's size a little farther along each frame. */
const pan = (frames: number): Promise<void> =>
  new Promise((done) => {
    let i = 0;
    const tick = (): void => {
      pen.fillStyle = "#fcfcfb";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, (i * 12) % 400, (i * 7) % 300);
      i += 1;
      if (i < frames) requestAnimationFrame(tick);
      else done();
    };
    requestAnimationFrame(tick);
  });
Object.assign(window, { bare: { pan } });
