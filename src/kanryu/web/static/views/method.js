// @ts-check
// How it is computed: definitions, the tracing rules with a small example to play with, what we do not know, glossary.
import { get, shape } from "kanryu/api";
import { barRows, intervalBar } from "kanryu/bars";
import { facts as loadFacts } from "kanryu/data";
import { h, put } from "kanryu/dom";
import { count, num } from "kanryu/numbers";
import { go } from "kanryu/state";
import { say } from "kanryu/words";

const X = [0, 25, 50, 75, 100];
const Y = [0, 15, 30, 45, 60];
const DEFINITIONS = ["loop", "time", "own", "bounds", "circulation", "rung", "clocks", "unknown", "vendor", "consolidated"];
const GLOSSARY = ["kanryu", "circular", "junkan", "vendor_finance", "boomerang", "letter", "backstop", "warrant", "leg", "rung", "basis", "coverage", "neocloud", "capex"];

/** @param {HTMLElement} root @param {any} state */
export async function show(root, state) {
  const facts = await loadFacts();
  const example = h("section.card", { id: "example" });
  const unknown = facts.legs.filter((/** @type {any} */ leg) => num(leg.amount.central) === null && num(leg.amount.high) === null && num(leg.amount.low) === null).length;
  const quiet = (/** @type {string} */ key) => facts.legs.filter((/** @type {any} */ leg) => leg[key] === null || leg[key] === undefined).length;
  put(root, h("h1", say("web.method.title")), h("p.lead", say("web.method.lead")),
    h("h2", say("web.method.definitions")), h("dl.definitions", DEFINITIONS.map((key) => [h("dt", say(`web.method.define.${key}.name`)), h("dd", say(`web.method.define.${key}.text`))])),
    h("h2", say("web.method.rules")), h("p", say("web.method.rules_text")), example,
    h("h2", say("web.method.unknown")), h("ul.bullets", h("li", say("web.method.unknown_amounts", { unknown: count(unknown), all: count(facts.legs.length) })), h("li", say("web.method.unknown_terms", { cancel: count(quiet("is_cancelable")), funded: count(quiet("is_funded")), all: count(facts.legs.length) })), ["unknown_1", "unknown_2", "unknown_3", "unknown_4"].map((key) => h("li", say(`web.method.${key}`)))),
    h("h2", say("web.method.sources")), h("ul.plain", ["A", "B", "C", "D"].map((grade) => h("li", say(`web.grade.${grade}`), " ", h("span.quiet", say("web.method.grade_count", { count: count(facts.events.filter((/** @type {any} */ e) => e.source.grade === grade).length) }))))),
    h("h2", say("web.method.glossary")), h("dl.definitions", GLOSSARY.map((key) => [h("dt", say(`web.glossary.${key}.name`)), h("dd", say(`web.glossary.${key}.text`))])),
    h("h2", say("web.method.offline")), h("p", say("web.method.offline_text")));
  let turn = 0;
  async function update(/** @type {any} */ now) {
    const mine = ++turn;
    const x = X.includes(Number(now.x)) && now.x ? Number(now.x) : 50;
    const y = Y.includes(Number(now.y)) && now.y ? Number(now.y) : 30;
    const first = now.first === "x";
    const made = await get("worked", { x, y, stranger_first: first }, shape({ rows: "list", trace: "object" }, "worked"));
    if (mine === turn) draw(example, made, x, y, first);
  }
  await update(state);
  return { update };
}

/** @param {HTMLElement} place @param {any} made @param {number} x @param {number} y @param {boolean} first */
function draw(place, made, x, y, first) {
  const focus = document.activeElement?.id;
  const trace = made.trace;
  const dial = (/** @type {string} */ key, /** @type {number} */ value, /** @type {number[]} */ steps, /** @type {string} */ label) => {
    const input = h("input", { type: "range", id: `dial-${key}`, min: 0, max: steps.length - 1, value: steps.indexOf(value), "aria-valuetext": String(value), on: { input: (/** @type {any} */ e) => go({ [key]: String(steps[Number(e.target.value)]) }, { replace: true }) } });
    return h("label.play", h("span", label), h("output", String(value)), input);
  };
  const rows = [...Object.entries(trace.rules), ...Object.entries(trace.variants ?? {})];
  put(place, h("h3", say("web.method.example")), h("p", say("web.method.example_text")),
    h("div.columns.two",
      h("div", h("ol.payments", made.rows.map((/** @type {any} */ row) => h("li", h("b", row.payer), " → ", h("b", row.payee), " ", h("span.number", row.amount)))), dial("x", x, X, say("web.method.stranger_x")), dial("y", y, Y, say("web.method.stranger_y")),
        h("label.play.check", h("input", { type: "checkbox", id: "dial-first", checked: first, on: { change: (/** @type {any} */ e) => go({ first: e.target.checked ? "x" : "" }, { replace: true }) } }), h("span", say("web.method.stranger_first")))),
      h("div", h("p", say("web.method.comes_home", { inflow: trace.inflow })), h("p.quiet", say("web.method.bounds"), " ", h("b", `${trace.bounds.low} – ${trace.bounds.high}`)), intervalBar({ low: trace.bounds.low, high: trace.bounds.high }, trace.inflow, "grey"),
        barRows(rows.map(([name, row]) => ({ label: say(`trace.rule.${name}`), interval: { low: row.back, high: row.back }, text: row.back === null ? say("numbers.unknown") : String(Math.round(row.back * 100) / 100), kind: "back" })), trace.inflow))));
  if (focus) document.getElementById(focus)?.focus();
}
