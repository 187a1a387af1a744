/** What is fetched together, a moment after the board: see `late`. */
export { cutInk, inkTaken } from "../engine/cut";
export { colorSeen } from "../engine/eyedropper";
export { recognise } from "../engine/recognise";
export { copied, copiesPut } from "./copies";
export { beginCrop, stepCrop } from "./crop";
export { stepKeyPointer } from "./key_pointer";
export { stepLaser } from "./laser";
export { insideLasso } from "./lasso";
export { stepPicker } from "./picker";
export { snapped, snappedGrip } from "./snap";
