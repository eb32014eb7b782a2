// @ts-check
// The address is the state: every view can be sent to someone, and Back works.
// From a server it is /ja/map?t=2025-10, from a file #/ja/map?t=2025-10.

/** @typedef {{lang: string, view: string} & Record<string, string>} State */

export const VIEWS = ["front", "map", "loops", "company", "deal", "compare", "break", "market", "machine", "essays", "facts", "method"];
const KEPT = ["case", "t", "known", "rung", "loop", "entity", "deal", "theme", "pause", "tie"];
export const inFile = document.documentElement.dataset.mode === "file";

/** @type {Array<(state: State) => void>} */
const listeners = [];

/** @returns {State} */
export function read() {
  const whole = inFile ? location.hash.slice(1) || "/" : location.pathname + location.search;
  const [path, query = ""] = whole.split("?");
  const [lang = "", view = ""] = path.split("/").filter(Boolean);
  const state = /** @type {State} */ ({ lang: lang === "ja" || lang === "en" ? lang : preferred(), view: VIEWS.includes(view) ? view : "front" });
  for (const [key, value] of new URLSearchParams(query)) if (!(key in state) && /^[a-z_]{1,20}$/.test(key)) state[key] = value.slice(0, 300);
  return state;
}

function preferred() {
  return (navigator.language || "en").startsWith("ja") ? "ja" : "en";
}

/**
 * The address of the present state with changes; an empty string removes a key.
 * @param {Record<string, string>} [change]
 */
export function href(change = {}) {
  const now = read();
  const next = { ...now, ...change };
  const stays = change.view === undefined || change.view === now.view;
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(next)) {
    if (key === "lang" || key === "view" || !value) continue;
    if (stays || KEPT.includes(key) || key in change) query.set(key, value);
  }
  const path = `/${next.lang}/${next.view === "front" ? "" : next.view}`;
  const text = query.toString();
  return (inFile ? "#" : "") + path + (text ? `?${text}` : "");
}

/** @param {Record<string, string>} change @param {{replace?: boolean}} [how] */
export function go(change, how = {}) {
  const next = href(change);
  const now = inFile ? location.hash : location.pathname + location.search;
  if (next === now) return;
  history[how.replace ? "replaceState" : "pushState"](null, "", next);
  tell();
}

/** @param {(state: State) => void} listener */
export function listen(listener) {
  listeners.push(listener);
}

export function tell() {
  const state = read();
  for (const listener of listeners) listener(state);
}

/** Links of our own pages are followed without a new document. */
export function start() {
  addEventListener("popstate", tell);
  addEventListener("hashchange", tell);
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const target = link.getAttribute("href") || "";
    if (link.hasAttribute("download") || link.getAttribute("target")) return;
    if (inFile ? !target.startsWith("#/") : !/^\/(ja|en)\//.test(target)) return;
    event.preventDefault();
    history.pushState(null, "", target);
    scrollTo(0, 0);
    tell();
  });
}
