/** What leaves the board as a file and what comes back from one. */
import { strict as assert } from "node:assert";
import { pictureFile } from "../harness/board.mjs";
import { equal } from "../harness/equal.mjs";
import { wave } from "../harness/person.mjs";
import { until } from "../harness/until.mjs";

/** What is saved as a kind of file: its bytes. */
async function saved(person, kind) {
  await person.page.keyboard.press("Control+Shift+e");
  await person.page.getByRole("radio", { name: kind }).check();
  const [download] = await Promise.all([person.page.waitForEvent("download"), person.page.getByRole("button", { name: "Save", exact: true }).click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  await person.page.keyboard.press("Escape");
  const file = Buffer.concat(chunks);
  if (process.env.LANVAS_KEEP) (await import("node:fs")).writeFileSync(`${process.env.LANVAS_KEEP}/${download.suggestedFilename()}`, file);
  return file;
}

const open = (person, name, text) => person.page.locator('input[type="file"]').setInputFiles({ name, mimeType: "", buffer: Buffer.from(text) });

/** A sketch whose picture is of many megapixels: a blue box at each end. */
const WIDE = JSON.stringify({
  type: "excalidraw",
  elements: [0, 3_000].map((x, i) => ({ id: `box${i}`, type: "rectangle", x, y: i * 1_900, width: 200, height: 100, strokeColor: "#1971c2", backgroundColor: "#1971c2", fillStyle: "solid" })),
});

/** How the browser itself reads a picture: its size, and the colours at these places, from 0 to 1 across and down. */
function looked(person, file, places, type = "image/png") {
  return person.page.evaluate(
    async ([bytes, at, kind]) => {
      const picture = new Image();
      picture.src = `data:${kind};base64,${bytes}`;
      await picture.decode();
      const canvas = new OffscreenCanvas(1, 1);
      const pen = canvas.getContext("2d");
      const colors = at.map(([x, y]) => {
        pen.drawImage(picture, -Math.round(x * picture.width), -Math.round(y * picture.height));
        return [...pen.getImageData(0, 0, 1, 1).data];
      });
      return { size: [picture.width, picture.height], colors };
    },
    [file.toString("base64"), places, type],
  );
}

/** A photo of a phone held upright: stored lying, 400 x 200, blue at the left and red at the right, and to be shown a quarter turn to the right. */
async function uprightPhoto({ page }) {
  const bytes = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(400, 200);
    const pen = canvas.getContext("2d");
    ["#103a8c", "#a01414"].forEach((color, i) => {
      pen.fillStyle = color;
      pen.fillRect(i * 200, 0, 200, 200);
    });
    return [...new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 })).arrayBuffer())];
  });
  // What a camera writes: one entry, the orientation (0x0112), which is 6.
  const exif = Buffer.from("ffe1002245786966000049492a0008000000010012010300010000000600000000000000", "hex");
  return { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.concat([Buffer.from(bytes.slice(0, 2)), exif, Buffer.from(bytes.slice(2))]) };
}

/** How wide and high the first PNG is that text has as a data URL. */
function embedded(text) {
  const png = Buffer.from(/data:image\/png;base64,([A-Za-z0-9+/=]+)/.exec(text)[1], "base64");
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

export const cases = {
  async "what is cropped off a picture is in no drawing and on no page, and comes back from a board's file"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.page.locator('input[type="file"]').setInputFiles(pictureFile("spot.png", 320, 200));
    await ada.has({ shapes: 1, unsent: 0 });
    await ada.page.mouse.dblclick(640, 400);
    await ada.shows("Drag the edges to crop");
    // Its right half goes.
    await ada.draw([[800, 400], [720, 400], [640, 400]]);
    await ada.page.keyboard.press("Enter");
    const drawing = (await saved(ada, "Drawing (SVG)")).toString();
    assert.deepEqual(embedded(drawing), [160, 200]);
    const pages = (await saved(ada, "Pages (PDF)")).toString("latin1");
    assert.match(pages, /\/Subtype \/Image \/Width 160 \/Height 200 [^>]*DeviceRGB/);
    const own = await saved(ada, "Lanvas board (.json)");
    const theirs = await saved(ada, "Excalidraw (.excalidraw)");
    assert.deepEqual(JSON.parse(theirs).elements[0].crop, { x: 0, y: 0, width: 160, height: 200, naturalWidth: 320, naturalHeight: 200 });
    for (const [name, file] of [["a.json", own], ["a.excalidraw", theirs]]) {
      const elsewhere = await world.person((await world.hub()).url, "Ben");
      await open(elsewhere, name, file);
      await elsewhere.has({ shapes: 1, unsent: 0 });
      await elsewhere.page.locator("[data-tool=hand]").click();
      await elsewhere.sees("the left half", { x: 570, y: 340, width: 60, height: 60 });
      assert.equal(await elsewhere.ink({ x: 725, y: 340, width: 60, height: 60 }), 0);
      await elsewhere.page.keyboard.press("v");
      await elsewhere.page.keyboard.press("Control+a");
      await elsewhere.page.keyboard.press("Control+/");
      await elsewhere.page.getByRole("combobox").fill("all of the picture");
      await elsewhere.page.keyboard.press("Enter");
      await elsewhere.sees("the right half is back", { x: 725, y: 340, width: 60, height: 60 });
    }
  },

  async "a photo of a phone held upright is upright for all, and in all that is saved"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    await ada.page.locator('input[type="file"]').setInputFiles(await uprightPhoto(ada));
    await ada.has({ shapes: 1, unsent: 0 });
    await ada.page.keyboard.press("Escape");
    const ben = await world.person(hub.url, "Ben");
    await ben.has({ shapes: 1 });
    await ben.sees("its upper end", { x: 545, y: 205, width: 190, height: 60 });
    await ben.sees("its lower end", { x: 545, y: 535, width: 190, height: 60 });
    assert.equal(await ben.ink({ x: 755, y: 300, width: 80, height: 200 }), 0, "it is no wider than high");
    const [{ body }] = JSON.parse((await saved(ada, "Lanvas board (.json)")).toString()).shapes;
    assert.deepEqual([body.w, body.h], [200, 400]);
    const upright = async (kind, type) => {
      const { size, colors } = await looked(ada, await saved(ada, kind), [[0.5, 0.25], [0.5, 0.75]], type);
      assert.deepEqual(colors.map(([red, , blue]) => red > blue), [false, true], `${kind}: blue above, red below`);
      assert.ok(size[1] > size[0] * 1.5, `${kind}: it is ${size}`);
    };
    await upright("Picture (PNG)", "image/png");
    await upright("Drawing (SVG)", "image/svg+xml");
    assert.match((await saved(ada, "Pages (PDF)")).toString("latin1"), /\/Subtype \/Image \/Width 200 \/Height 400 /);
  },

  async "files that are none, too much or meant ill are refused with a sentence, and the board goes on"(world) {
    const hub = await world.hub();
    const ada = await world.person(hub.url, "Ada");
    const ben = await world.person(hub.url, "Ben");
    await ada.draw(wave(400, 300));
    const many = `[${"{},".repeat(250_000)}{}]`;
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const nothing = "That is nothing that Lanvas can open";
    const hostile = [
      ["notes.txt", "hello", "Texts go into the notes"],
      ["data.bin", "hello", nothing],
      ["drawing.svg", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script>&x;</svg>', nothing],
      ["many.json", `{"format":"lanvas-board","shapes":${many}}`, "a board holds 250,000 things"],
      ["many.excalidraw", `{"type":"excalidraw","elements":${many}}`, "a board holds 250,000 things"],
      ["deep.json", `{"format":"lanvas-board","shapes":${deep}}`, nothing],
      ["deep.excalidraw", `{"type":"excalidraw","elements":[{"type":"line","points":${deep}}]}`, nothing],
      ["endless.excalidraw", '{"type":"excalidraw","elements":[{"type":"rectangle","x":1e999,"y":"NaN","width":1e300,"height":-1e300}]}', nothing],
      ["typed.json", '{"format":"lanvas-board","shapes":[{"id":"a","x":0,"y":0,"z":0,"color":"#000000","locked":"yes","body":{"kind":"geo","form":"constructor","w":1,"h":1,"width":1,"text":"","size":9}}]}', nothing],
      ["broken.pdf", "%PDF-1.7\nnothing more", "The PDF could not be read"],
    ];
    for (const [name, text, sentence] of hostile) {
      await open(ada, name, text);
      await ada.shows(sentence);
      await ada.page.getByRole("status").getByRole("button", { name: "Close" }).click();
      await ada.page.getByText(sentence).waitFor({ state: "detached" });
    }
    await ada.has({ shapes: 1, status: "live", unsent: 0 });
    await ada.draw(wave(400, 500));
    await ben.has({ shapes: 2 });
    await equal(ada, ben);
    await until("nothing of it reached Ben", async () => (await ben.debug()).shapes === 2);
  },
};

cases["saving a large picture can be stopped: nothing is saved, it is said, and the next try brings all of it"] = async (world) => {
  const hub = await world.hub();
  const ada = await world.person(hub.url, "Ada");
  await open(ada, "wide.excalidraw", WIDE);
  await ada.has({ shapes: 2, unsent: 0 });
  await ada.page.keyboard.press("Escape");
  let downloads = 0;
  ada.page.on("download", () => void (downloads += 1));
  await ada.page.keyboard.press("Control+Shift+e");
  const dialog = ada.page.getByRole("dialog", { name: "Save a copy" });
  for (const kind of ["Picture (PNG)", "Picture (PNG)"]) {
    await dialog.getByRole("radio", { name: kind }).check();
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await dialog.getByRole("progressbar", { name: "Making it …" }).waitFor();
    // The keyboard is where the next press is wanted.
    await ada.page.locator('[data-answer="stop"]:focus').waitFor();
    await ada.page.keyboard.press("Enter");
    await dialog.getByRole("status").filter({ hasText: "Stopped. Nothing was saved." }).waitFor();
    await ada.page.locator('[data-answer="save"]:focus').waitFor();
    assert.equal(await dialog.getByRole("progressbar").count(), 0);
  }
  assert.equal(downloads, 0);
  await ada.page.keyboard.press("Escape");
  const file = await saved(ada, "Picture (PNG)");
  assert.equal(downloads, 1);
  const { size, colors } = await looked(ada, file, [[0.03, 0.03], [0.97, 0.97], [0.5, 0.5], [0.97, 0.03]]);
  assert.ok(size[0] > 6_000 && size[1] > 3_900, `it is ${size}`);
  assert.deepEqual(colors.map(([red, , blue, opacity]) => [blue > red + 60, opacity]), [[true, 255], [true, 255], [false, 255], [false, 255]]);
  assert.equal(file[25], 2, "on paper there is no opacity to keep");
};
