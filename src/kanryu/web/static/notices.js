// @ts-check
// What stands where something is missing: waiting, nothing to show, part of an answer, an answer that did not come.
import { h } from "kanryu/dom";
import { known, say } from "kanryu/words";

export function waiting(text = "") {
  return h("div.notice.waiting", { role: "status" }, h("span.turning", { "aria-hidden": "true" }), h("p", text || words("web.waiting", "…")));
}

/** @param {string} text @param {...any} more */
export function empty(text, ...more) {
  return h("div.notice.empty", h("span.ring", { "aria-hidden": "true" }), h("p", text), more);
}

/** @param {string} text @param {...any} more */
export function partial(text, ...more) {
  return h("div.notice.partial", { role: "note" }, h("p", text, more));
}

/** @param {any} error @param {() => void} [again] */
export function failed(error, again) {
  const key = `web.failed.${error?.code}`;
  const text = known(key) ? words(key, "") : error?.message || words("web.failed.error", "Something went wrong.");
  const hint = error?.hint || words(`${key}.hint`, "");
  if (!error?.code) console.error(error);
  return h("div.notice.failed", { role: "alert" }, h("p.what", text), hint ? h("p", hint) : null, again && error?.code !== "not-in-file" ? h("button.button", { on: { click: again } }, words("web.again", "Try again")) : null);
}

/** @param {string} key @param {string} otherwise */
function words(key, otherwise) {
  return known(key) ? say(key) : otherwise;
}
