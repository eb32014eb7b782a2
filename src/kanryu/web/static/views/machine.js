// @ts-check
// The simulation with its levers: who feeds the belief, which link is cut; fans, the turning distribution, the books.
import { get, longWork } from "kanryu/api";
import { barRows } from "kanryu/bars";
import { h, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { fanChart } from "kanryu/fan";
import { failed, partial } from "kanryu/notices";
import { count, money, share } from "kanryu/numbers";
import { go, inFile } from "kanryu/state";
import { known, say } from "kanryu/words";

const VOICES = ["leaders", "street", "media", "algorithm"];
const LINKS = ["compute", "chips-hyperscalers", "chips-neoclouds", "chips-labs", "vendor-to-labs", "hyperscaler-to-labs", "venture", "outside-to-labs", "neocloud-loans", "index-money", "state", "story", "outside-demand", "core-cash-flow", "bonds"];
const RUNS = 200;
const QUARTERS = 32;

/** @param {HTMLElement} root @param {any} state */
export async function show(root, state) {
  /** @type {AbortController | null} */
  let running = null;
  const pictures = h("section.pictures");
  const levers = h("section.card.levers");
  put(root, h("h1", say("web.machine.title")), h("p.lead", say("web.machine.lead")), levers, pictures);
  async function update(/** @type {any} */ now) {
    running?.abort();
    const off = (now.off ?? "").split(",").filter((/** @type {string} */ name) => VOICES.includes(name));
    const cut = LINKS.includes(now.cut) ? now.cut : "";
    const at = Math.min(QUARTERS - 1, Math.max(0, Number(now.at ?? 12) || 0));
    put(levers, inFile ? partial(say("web.machine.in_file")) : [
      h("fieldset", h("legend", say("web.machine.voices")), VOICES.map((name) => h("label.check", h("input", { type: "checkbox", id: `voice-${name}`, checked: !off.includes(name), on: { change: (/** @type {any} */ e) => go({ off: VOICES.filter((v) => (v === name ? !e.target.checked : off.includes(v))).join(",") }, { replace: true }) } }), say(`web.machine.${name}`)))),
      h("label.field", h("span", say("web.machine.cut")), h("select.search", { id: "machine-cut", on: { change: (/** @type {any} */ e) => go({ cut: e.target.value }, { replace: true }) } }, h("option", { value: "" }, say("web.machine.no_cut")), LINKS.map((name) => h("option", { value: name, selected: name === cut }, say(`web.machine.link.${name}`))))),
      cut ? h("label.field", h("span", say("web.machine.cut_from")), h("input", { type: "range", id: "machine-at", min: 0, max: QUARTERS - 1, value: at, "aria-valuetext": quarterOf(at), on: { change: (/** @type {any} */ e) => go({ at: e.target.value }, { replace: true }) } }), h("output", quarterOf(at))) : null]);
    const controller = new AbortController();
    running = controller;
    const bar = h("progress", { max: 1, value: 0 });
    put(pictures, h("div.survey", h("p", { role: "status" }, say("web.machine.running")), bar, h("button.button", { on: { click: () => controller.abort() } }, say("web.stop"))));
    try {
      const query = { runs: RUNS, quarters: QUARTERS, off: off.join(","), cut, cut_quarter: cut ? at : "" };
      const found = inFile ? await get("machine/run", { runs: RUNS, quarters: QUARTERS }) : await longWork("machine/run", query, (step) => ((bar.max = step.of), (bar.value = step.done)), controller.signal);
      if (running === controller) draw(pictures, found);
    } catch (error) {
      if (running === controller) put(pictures, controller.signal.aborted ? h("p.quiet", say("web.machine.stopped"), " ", h("button.button", { on: { click: () => void update(now) } }, say("web.machine.run"))) : failed(error));
    }
  }
  await update(state);
  return { update, stop: () => running?.abort() };
}

/** @param {number} index */
function quarterOf(index) {
  return `${2023 + Math.floor(index / 4)}Q${(index % 4) + 1}`;
}

/** @param {number} value @param {string} unit */
function format(value, unit) {
  if (unit === "usd") return money(value);
  return unit === "share" ? share(value) : value.toPrecision(2);
}

/** @param {HTMLElement} place @param {any} found */
function draw(place, found) {
  const years = new Map();
  for (const [quarter, part] of Object.entries(found.turning.by_quarter)) years.set(quarter.slice(0, 4), (years.get(quarter.slice(0, 4)) ?? 0) + part);
  const worst = Math.max(...Object.values(found.identities).map(Number));
  const name = (/** @type {any} */ fan) => (known(`machine.series.${fan.name}`) ? say(`machine.series.${fan.name}`) : fan.name);
  const last = found.quarters.length - 1;
  put(place, h("p.quiet", say("web.machine.runs", { runs: count(found.runs), first: found.quarters[0], last: found.quarters[last] }), " · ", say("web.machine.bands")),
    h("div.columns", found.fans.map((/** @type {any} */ fan) => h("figure.card.fan-card", h("figcaption", h("b", name(fan))), fanChart(fan, name(fan), (value) => format(value, fan.unit)), h("p.kind", `${found.quarters[last]}: ${format(fan.bands["0.1"][last], fan.unit)} – ${format(fan.bands["0.9"][last], fan.unit)}`)))),
    h("section.card", h("h2", say("web.machine.turning")), barRows([...years].map(([year, part]) => ({ label: year, interval: { low: part, high: part }, text: share(part), kind: "grey" })), 1), h("p.quiet", say("web.machine.turning_note", { share: share(found.turning.not_yet) }))),
    h("p.quiet", say("web.machine.books", { error: worst === 0 ? "0" : worst.toExponential(1) }), " ", say("web.machine.assumed")),
    downloads({ name: "machine", json: () => found, rows: () => found.fans.flatMap((/** @type {any} */ fan) => fan.quarters.map((/** @type {string} */ quarter, /** @type {number} */ i) => ({ series: fan.name, unit: fan.unit, quarter, ...Object.fromEntries(Object.entries(fan.bands).map(([level, values]) => [`q${level}`, /** @type {any} */ (values)[i]])) }))), svg: () => place.querySelector("svg.fan") }));
}
