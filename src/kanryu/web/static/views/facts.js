// @ts-check
// The tables as they are, everything that is wrong with them, files to take away, and a reader's own case.
import { blob, forget, upload, whole } from "kanryu/api";
import { facts as loadFacts } from "kanryu/data";
import { a, h, hostOf, put } from "kanryu/dom";
import { csv, save } from "kanryu/download";
import { entityLink, sourceLine } from "kanryu/evidence";
import { empty, failed, waiting } from "kanryu/notices";
import { amountText, count, day, num } from "kanryu/numbers";
import { go, href, inFile } from "kanryu/state";
import { table } from "kanryu/table";
import { nameOf, pick, roleName, say } from "kanryu/words";

const TABLES = ["legs", "events", "entities", "stakes", "figures"];

/** @param {HTMLElement} root @param {any} state @param {any} site */
export async function show(root, state, site) {
  const facts = await loadFacts();
  const shown = h("section", { id: "table" });
  const problems = h("section.problems", { id: "problems" });
  function update(/** @type {any} */ now) {
    const tab = TABLES.includes(now.table) ? now.table : "legs";
    put(root, h("h1", say("web.facts.title")), h("p.lead", nameOf({ name_en: facts.notes_en, name_ja: facts.notes_ja }) || say("web.facts.lead")),
      inFile ? null : uploadBox(site, now), files(facts, now), problems,
      h("div.choice.tabs", { role: "group", "aria-label": say("web.facts.tables") }, TABLES.map((name) => h("button.pill", { "aria-pressed": name === tab, on: { click: () => go({ table: name }, { replace: true }) } }, `${say(`web.facts.table.${name}`)} ${count(facts[name].length)}`))), shown);
    put(shown, facts[tab].length ? tableOf(tab, facts) : empty(say("web.facts.no_rows")));
  }
  update(state);
  put(problems, h("h2", say("web.facts.problems")), waiting());
  whole(`cases/${encodeURIComponent(state.case)}/check`).then((answer) => put(problems, problemList(answer.result, answer.problems))).catch((error) => put(problems, h("h2", say("web.facts.problems")), failed(error)));
  return { update };
}

/** @param {any} facts @param {any} now */
function files(facts, now) {
  const get = (/** @type {string} */ name) => h("button.download", { data: { file: name }, on: { click: async () => save(`kanryu-${name}`, await blob(`cases/${encodeURIComponent(now.case)}/download/${name}`, {})) } }, name);
  if (!inFile) return h("p.downloads", h("span", say("web.download.label")), ["facts.xlsx", "facts.zip", "facts.json", ...TABLES.map((name) => `${name}.csv`)].map(get));
  return h("p.downloads", h("span", say("web.download.label")), TABLES.map((name) => h("button.download", { on: { click: () => save(`kanryu-${name}.csv`, new Blob([csv(facts[name].map(flat))])) } }, `${name}.csv`)), h("button.download", { on: { click: () => save("kanryu-facts.json", new Blob([JSON.stringify(facts, TABLES.concat("*"), 1)])) } }, "facts.json"));
}

/** A record as one row of plain cells. @param {any} record */
function flat(record) {
  /** @type {Record<string, any>} */
  const row = {};
  for (const [key, value] of Object.entries(record)) {
    if (key === "place") continue;
    if (value && typeof value === "object" && "text" in value && "precision" in value) row[key] = value.text;
    else if (value && typeof value === "object") for (const [part, cell] of Object.entries(value)) row[`${key}_${part}`] = cell && typeof cell === "object" ? /** @type {any} */ (cell).text : cell;
    else row[key] = value;
  }
  return row;
}

/** @param {any} site @param {any} now */
function uploadBox(site, now) {
  const report = h("div", { role: "status" });
  const input = h("input", { type: "file", id: "own-file", accept: ".zip,.xlsx,.csv", on: { change: () => input.files?.[0] && void send(input.files[0]) } });
  const box = h("section.card.upload", h("h2", say("web.facts.own")), h("p", say("web.facts.own_text")), input, h("label.button", { for: "own-file" }, say("web.facts.choose")), now.case.startsWith("own-") ? h("button.button", { on: { click: async () => { await forget(now.case); go({ case: site.case, t: "", loop: "", entity: "", deal: "" }); } } }, say("web.facts.forget")) : null, report);
  async function send(/** @type {File} */ file) {
    put(report, waiting(say("web.facts.reading")));
    try {
      const answer = await upload(file);
      const { case: made, checked } = answer.result;
      put(report, h("p", h("b", nameOf({ name_en: made.title_en, name_ja: made.title_ja })), " ", say("web.facts.read", { legs: count(made.legs), entities: count(made.entities), events: count(made.events) })),
        made.legs ? h("p", a(href({ view: "map", case: made.id, t: "", known: "", loop: "", entity: "", deal: "" }), { class: "button strong", id: "own-open" }, say("web.facts.open"))) : empty(say("web.facts.no_legs")),
        problemList(checked, answer.problems));
    } catch (error) {
      put(report, failed(error), problemRows(/** @type {any} */ (error).problems ?? []));
    }
    input.value = "";
  }
  box.addEventListener("dragover", (/** @type {DragEvent} */ event) => (event.preventDefault(), box.classList.add("over")));
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    box.classList.remove("over");
    const file = event.dataTransfer?.files[0];
    if (file) void send(file);
  });
  return box;
}

/** @param {any} checked @param {any[]} problems */
function problemList(checked, problems) {
  return [h("h2", say("web.facts.problems")), h("p", say("web.facts.counted", { errors: count(checked.errors), warnings: count(checked.warnings), notes: count(checked.notes) })), problems.length ? problemRows(problems) : null];
}

/** @param {any[]} problems */
function problemRows(problems) {
  if (!problems.length) return null;
  const all = problems.length;
  return h("details.as-table", { open: all <= 6 }, h("summary", say("web.facts.show_problems", { count: count(all) })), h("ol.problem-list", problems.slice(0, 300).map((problem) => h(`li.problem.${problem.level}`,
    h("p", h("code", placeText(problem.where)), " ", h("b", say(`web.facts.level.${problem.level}`)), " ", pick(problem.message)), problem.line_text ? h("pre", problem.line_text.slice(0, 240)) : null, problem.hint && pick(problem.hint) ? h("p.quiet", pick(problem.hint)) : null, h("p.quiet", h("code", problem.code))))));
}

/** @param {any} where */
function placeText(where) {
  if (where.sheet) return `${where.file ?? ""}:${where.sheet}!${where.cell ?? ""}`;
  return where.line ? `${where.file}:${where.line}:${Math.max(1, where.column ?? 1)}` : where.file || where.path || "-";
}

/** @param {string} name @param {any} facts */
function tableOf(name, facts) {
  const source = (/** @type {any} */ row) => sourceLine(row.source);
  const entity = (/** @type {string} */ id) => entityLink(facts, id);
  const text = (/** @type {string} */ key) => (/** @type {any} */ row) => row[key] ?? "";
  /** @type {Record<string, import("kanryu/table").Column[]>} */
  const columns = {
    legs: [
      { title: say("web.table.deal"), cell: (row) => a(href({ view: "deal", deal: row.deal_id, leg: `${row.deal_id}:${row.leg}` }), {}, `${row.deal_id}:${row.leg}`), sort: text("deal_id") },
      { title: say("web.table.payer"), cell: (row) => entity(row.payer), sort: text("payer") }, { title: say("web.table.payee"), cell: (row) => entity(row.payee), sort: text("payee") },
      { title: say("web.table.kind"), cell: (row) => say(`names.instrument.${row.instrument}`), sort: text("instrument") },
      { title: say("web.table.amount"), number: true, cell: (row) => amountText(row.amount), sort: (row) => num(row.amount.central) ?? -1 },
      { title: say("web.deal.term"), cell: (row) => `${row.start ? day(row.start) : ""} – ${row.end ? day(row.end) : ""}`, sort: (row) => row.start?.first ?? "" },
      { title: say("web.facts.said"), cell: (row) => h("span", { lang: "en" }, row.description) }],
    events: [
      { title: say("web.facts.date"), cell: (row) => day(row.date), sort: (row) => row.date.first }, { title: say("web.facts.known"), cell: (row) => day(row.known_on), sort: (row) => row.known_on.first },
      { title: say("web.table.deal"), cell: (row) => a(href({ view: "deal", deal: row.deal_id, leg: `${row.deal_id}:${row.leg}` }), {}, `${row.deal_id}:${row.leg}`), sort: text("deal_id") },
      { title: say("web.facts.status"), cell: (row) => say(`names.status.${row.status}`), sort: text("status") }, { title: say("web.table.amount"), number: true, cell: (row) => amountText(row.amount), sort: (row) => num(row.amount.central) ?? -1 },
      { title: say("web.facts.said"), cell: (row) => h("span", { lang: "en" }, row.what) }, { title: say("web.facts.source"), cell: source, sort: (row) => row.source.publisher }],
    entities: [{ title: "id", cell: (row) => entity(row.id), sort: text("id") }, { title: say("web.facts.name"), cell: (row) => `${row.name_en} / ${row.name_ja}`, sort: (row) => nameOf(row) }, { title: say("web.facts.role"), cell: (row) => roleName(row.role), sort: text("role") }, { title: say("web.table.kind"), cell: text("kind"), sort: text("kind") }, { title: say("web.facts.country"), cell: text("country"), sort: text("country") }, { title: say("web.facts.note"), cell: (row) => h("span", { lang: "en" }, row.note ?? "") }],
    stakes: [{ title: say("web.facts.owner"), cell: (row) => entity(row.owner), sort: text("owner") }, { title: say("web.facts.issuer"), cell: (row) => entity(row.issuer), sort: text("issuer") }, { title: "%", number: true, cell: (row) => row.pct ?? say("numbers.unknown"), sort: (row) => num(row.pct) ?? -1 }, { title: say("web.facts.date"), cell: (row) => day(row.as_of), sort: (row) => row.as_of.first }, { title: say("web.facts.source"), cell: (row) => a(row.source.url, {}, row.source.publisher || hostOf(row.source.url)) }],
    figures: [{ title: say("web.nav.company"), cell: (row) => (facts.byEntity.has(row.entity) ? entity(row.entity) : row.entity), sort: text("entity") }, { title: say("web.facts.metric"), cell: (row) => row.metric, sort: text("metric") }, { title: say("web.facts.period"), cell: text("period_text"), sort: text("period_text") }, { title: say("web.facts.value"), number: true, cell: (row) => figureText(row), sort: (row) => num(row.value) ?? -1 }, { title: say("web.facts.note"), cell: (row) => h("span", { lang: "en" }, row.note || row.text || "") }, { title: say("web.facts.source"), cell: source, sort: (row) => row.source.publisher }],
  };
  return table(columns[name], facts[name], say(`web.facts.table.${name}`));
}

/** A reported figure with its unit. @param {any} row */
export function figureText(row) {
  const value = num(row.value);
  if (value === null) return row.text || say("numbers.unknown");
  if (/^[A-Z]{3}$/.test(row.unit)) return amountText({ central: value, currency: row.unit });
  return row.unit === "percent" ? `${value}%` : `${count(value)} ${row.unit}`;
}

