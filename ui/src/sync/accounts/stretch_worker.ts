/** Stretches one input and answers. */
import { argon } from "./argon";

self.onmessage = ({ data }: MessageEvent<Uint8Array>): void => {
  self.postMessage(argon(data));
};
