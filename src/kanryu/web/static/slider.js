// @ts-check
// Time: a bar for every month, one dial for what held, one for what was known. Arrow keys step by a month.
import { ask, shape } from "kanryu/api";
import { h, put } from "kanryu/dom";
import { day, drawn, intervalText } from "kanryu/numbers";
import { go, inFile, read } from "kanryu/state";
import { mayMove } from "kanryu/theme";
import { say } from "kanryu/words";

/** @param {any} state */
export function slider(state) {
  const bars = h("div.bars");
  const dials = h("div.dials");
  const element = h("section.time", { "aria-label": say("web.time.label") }, bars, dials);
  /** @type {string[]} */
  let months = [];
  /** @type {any[]} */
  let rows = [];
  let timer = 0;

  load();
  async function load() {
    try {
      const found = await ask("months", {}, shape({ months: "list" }, "months"));
      rows = found.months.filter((/** @type {any} */ row) => row.month >= found.drawn_from);
      months = rows.map((row) => row.month);
      draw();
      update(read());
    } catch {
      put(element);
    }
  }

  function draw() {
    const kind = rows.some((row) => row.bound) ? "bound" : "paid"; // a table of payments has no contracts
    const most = Math.max(1e-9, ...rows.map((row) => drawn(row[kind]) ?? 0));
    put(bars, rows.map((row) => {
      const value = drawn(row[kind]) ?? 0;
      const words = `${day(row.month)}: ${row[kind] ? say(`web.time.bar_${kind}`, { amount: intervalText(row[kind]) }) : say("web.time.bar_none")}${row.loops_closed ? " · " + say("web.time.closes", { count: row.loops_closed }) : ""}`;
      const bar = h(`button.bar${row.loops_closed ? ".closes" : ""}`, { tabindex: -1, title: words, "aria-label": words, data: { month: row.month }, on: { click: () => go({ t: row.month }) } }, h("i"));
      bar.firstChild.style.height = `${Math.max(row.legs ? 5 : 2, 100 * Math.sqrt(value / most))}%`;
      return bar;
    }));
  }

  /** @param {string} key @param {string} month @param {string} label */
  function dial(key, month, label) {
    const at = Math.max(0, months.indexOf(month));
    const input = h("input", { type: "range", min: 0, max: months.length - 1, step: 1, value: at, "aria-label": label, "aria-valuetext": day(month), data: { dial: key } });
    input.value = String(at);
    input.addEventListener("input", () => {
      clearTimeout(timer);
      const chosen = months[Number(input.value)];
      const text = input.parentElement?.querySelector("output");
      if (text) text.textContent = day(chosen);
      timer = window.setTimeout(() => go({ [key]: chosen === months[months.length - 1] && key === "t" ? "" : chosen }, { replace: true }), 90);
    });
    return input;
  }

  /** @param {any} now */
  function update(now) {
    if (!months.length) return;
    const last = months[months.length - 1];
    const t = now.t || last;
    const month = t.slice(0, 7);
    const apart = Boolean(now.known);
    const knownMonth = now.known === "now" || !now.known ? (apart ? last : month) : now.known.slice(0, 7);
    for (const bar of bars.children) bar.classList.toggle("past", /** @type {any} */ (bar).dataset.month <= month);
    const focus = /** @type {any} */ (document.activeElement)?.dataset?.dial;
    const exact = (/** @type {string} */ key, /** @type {string} */ value) => h("input.exact", { type: "date", value: /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : "", min: `${months[0]}-01`, "aria-label": say("web.time.exact"), title: say("web.time.exact"), on: { change: (/** @type {any} */ e) => go({ [key]: e.target.value }) } });
    put(dials,
      h("label.dial", h("span", say("web.time.true_by")), h("output", now.t ? day(t) : say("web.time.latest", { day: day(last) })), dial("t", month, say("web.time.true_by")), inFile ? null : exact("t", t)),
      apart && !(inFile) ? h("label.dial.second", h("span", say("web.time.known_by")), h("output", now.known === "now" ? say("web.time.today") : day(now.known)), dial("known", knownMonth, say("web.time.known_by")), exact("known", now.known)) : null,
      h("div.switches",
        h("div.choice", { role: "group", "aria-label": say("web.time.known_by") },
          h("button.pill", { "aria-pressed": !now.known, on: { click: () => go({ known: "" }) } }, say("web.time.same_day")),
          h("button.pill", { "aria-pressed": now.known === "now", on: { click: () => go({ known: "now" }) } }, say("web.time.from_today")),
          inFile ? null : h("button.pill", { "aria-pressed": apart && now.known !== "now", on: { click: () => go({ known: t.slice(0, 10) }) } }, say("web.time.own_dial"))),
        h("button.pill.pause", { "aria-pressed": now.pause === "1", on: { click: () => go({ pause: read().pause === "1" ? "" : "1" }, { replace: true }) } }, mayMove() ? say("web.pause") : say("web.play"))));
    if (focus) dials.querySelector(`[data-dial="${focus}"]`)?.focus();
  }

  return { element, update };
}
