/** Pictures: what their file shows once it is there, and until then a plain box. */
import { shownPart } from "../crop";
import { expand, segmentMeetsRect } from "../geometry";
import type { BodyOf, Kind } from "./kind";

type ImageBody = BodyOf<"image">;

export const imageKind: Kind<ImageBody> = {
  extent: ({ body: { w, h } }) => ({ minX: 0, minY: 0, maxX: w, maxY: h }),
  paint: (work, { body }) => {
    const { w, h, blob } = body;
    const picture = work.pictures.get(blob);
    const pen = work.own();
    if (picture) {
      pen.imageSmoothingEnabled = true;
      pen.imageSmoothingQuality = "high";
      const part = shownPart(body);
      if (part.w < 1 || part.h < 1) pen.drawImage(picture, part.x * picture.width, part.y * picture.height, part.w * picture.width, part.h * picture.height, 0, 0, w, h);
      else pen.drawImage(picture, 0, 0, w, h);
      return 200;
    }
    pen.fillStyle = work.scheme === "dark" ? "#2c2e35" : "#e9e9ec";
    pen.fillRect(0, 0, w, h);
    return 4;
  },
  isHit: () => true,
  isCrossed: (_shape, from, to, reach, extent) => segmentMeetsRect(from, to, expand(extent, reach)),
  meets: () => true,
  pictureOf: ({ blob }) => blob,
};
