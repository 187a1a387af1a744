// Written by `cargo xtask codegen` from the lanvas-protocol crate. Do not edit.

export const CLIENT_MESSAGE_BYTES_MAX = 262144;
export const ID_LENGTH_MAX = 32;
export const NAME_LENGTH_MAX = 40;
export const TITLE_LENGTH_MAX = 120;
export const MESSAGE_LENGTH_MAX = 4000;
export const MESSAGE_BYTES_MAX = 16384;
export const MESSAGE_PICTURES_MAX = 4;
export const MENTIONS_MAX = 50;
export const QUOTE_LENGTH_MAX = 140;
export const REACTION_KINDS_MAX = 20;
export const SLOW_MODE_S_MAX = 21600;
export const NOTES_LENGTH_MAX = 1048576;
export const NOTES_PAGES_MAX = 100;
export const REMOVED_PAGES_MAX = 20;
export const REMOVED_PAGES_LENGTH_MAX = 1048576;
export const STROKE_POINTS_MAX = 10000;
export const INK_FRAME_POINTS_MAX = 512;
export const OPERATION_SHAPES_MAX = 500;
export const BOARD_SHAPES_MAX = 250000;
export const COORDINATE_MAX = 1000000;
export const STROKE_WIDTH_MAX = 512;
export const TEXT_SIZE_MAX = 2048;
export const TEXT_LENGTH_MAX = 10000;
export const GROUP_LENGTH_MAX = 160;
export const LINK_LENGTH_MAX = 2048;
export const SHAPE_NAME_LENGTH_MAX = 400;
export const BLOB_BYTES_MAX = 33554432;
export const BLOB_PIXELS_MAX = 100000000;
export const PASSWORD_BYTES_MAX = 256;
export const ACCOUNT_PASSWORD_LENGTH_MIN = 8;
export const ACCOUNT_PASSWORD_LENGTH_MAX = 128;
export const INVITES_MAX = 64;
export const HISTORY_PAGE_MAX = 50;
export const BAN_S_MAX = 2592000;
export const FORMERLY_MAX = 8;
export const REFUSALS_TOLD_MAX = 32;
export const PING_INTERVAL_S = 10;
export const SILENCE_TIMEOUT_S = 25;

export const PEOPLE_COLORS = [
  "#d6336c",
  "#1971c2",
  "#27803a",
  "#c2550a",
  "#7048e8",
  "#0b7285",
  "#c92a2a",
  "#5c7c0a",
  "#9c36b5",
  "#364fc7",
  "#865d2c",
  "#495057",
] as const;

export const CloseCode = {
  MESSAGE_TOO_LARGE: 1009,
  MALFORMED: 4400,
  UNAUTHORIZED: 4401,
  REMOVED: 4403,
  SESSION_NOT_FOUND: 4404,
  NOT_LET_IN: 4407,
  HELLO_TIMEOUT: 4408,
  REPLACED: 4409,
  TOO_SLOW: 4410,
  BANNED: 4423,
  UNSUPPORTED_VERSION: 4426,
  SESSION_FULL: 4429,
  INTERNAL: 4500,
  SHUTTING_DOWN: 4503,
} as const;
