// @ts-check
// Paper or night: the address says which, else the reader's system.
import { go, read } from "kanryu/state";

export function isNight() {
  const given = read().theme;
  return given ? given === "night" : matchMedia("(prefers-color-scheme: dark)").matches;
}

export function applyTheme() {
  document.documentElement.dataset.theme = isNight() ? "night" : "paper";
}

export function turnTheme() {
  go({ theme: isNight() ? "paper" : "night" }, { replace: true });
}

/** Whether things may move. */
export function mayMove() {
  return read().pause !== "1" && !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** A colour of the theme. @param {string} name */
export function ink(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
