// @ts-check
// One company: what came in, and whose money it was; its roles towards others; its deals. And a survey of all.
import { ask, longWork, shape } from "kanryu/api";
import { barRows, intervalBar } from "kanryu/bars";
import { days, facts as loadFacts, picture } from "kanryu/data";
import { a, h, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { legCard, rungMark } from "kanryu/evidence";
import { empty, failed, partial } from "kanryu/notices";
import { amountText, count, moneyRange, num, share, shareRange } from "kanryu/numbers";
import { go, href, inFile } from "kanryu/state";
import { table } from "kanryu/table";
import { known, nameOf, roleName, say } from "kanryu/words";

const FINANCING = ["equity", "convertible", "debt", "credits_in_kind", "guarantee_backstop"];
const checkTrace = shape({ company: "string", on: "object", rung: "string" }, "trace");

/** @param {HTMLElement} root @param {any} state */
export async function show(root, state) {
  const facts = await loadFacts();
  /** @type {AbortController | null} */
  let running = null;
  async function update(/** @type {any} */ now) {
    running?.abort();
    running = null;
    if (now.entity && facts.byEntity.has(now.entity)) return one(root, facts, now);
    running = new AbortController();
    await all(root, facts, now, running.signal);
  }
  await update(state);
  return { update, stop: () => running?.abort() };
}

/** Lower and upper limit of a span in words. @param {any} span */
export function spanText(span) {
  if (!span) return say("numbers.unknown");
  if (num(span.low) === 0 && num(span.high) === null) return say("web.company.no_limit");
  return moneyRange(span.low, span.high);
}

/** @param {HTMLElement} root @param {any} facts @param {any} now @param {AbortSignal} signal */
async function all(root, facts, now, signal) {
  const shown = await picture(now);
  const flows = shown.flows.filter((/** @type {any} */ flow) => flow.rung !== "ended");
  const rows = facts.entities.map((/** @type {any} */ entity) => ({ entity, into: flows.filter((/** @type {any} */ f) => f.payee === entity.id).length, out: flows.filter((/** @type {any} */ f) => f.payer === entity.id).length })).filter((/** @type {any} */ row) => row.into + row.out);
  rows.sort((/** @type {any} */ x, /** @type {any} */ y) => y.into + y.out - x.into - x.out);
  const survey = h("div.survey");
  const start = h("button.button", { id: "survey", on: { click: () => void work() } }, say("web.company.survey"));
  async function work() {
    const stop = h("button.button", { on: { click: () => controller.abort() } }, say("web.stop"));
    const bar = h("progress", { max: 1, value: 0 });
    const note = h("p.quiet", { role: "status" });
    const controller = new AbortController();
    signal.addEventListener("abort", () => controller.abort());
    put(survey, h("p", say("web.company.survey_running")), bar, note, stop);
    try {
      const found = await longWork(`cases/${encodeURIComponent(now.case)}/survey`, days(now), (step) => {
        bar.max = step.of;
        bar.value = step.done;
        note.textContent = `${step.done} / ${step.of} · ${nameOf(facts.byEntity.get(step.note) ?? { id: step.note })}`;
      }, controller.signal);
      put(survey, surveyTable(facts, found.companies), downloads({ name: "own-money", json: () => found, rows: () => found.companies.map(flatten) }));
    } catch (error) {
      put(survey, controller.signal.aborted ? h("p.quiet", say("web.company.survey_stopped")) : failed(error), start);
    }
  }
  const kept = inFile ? await ask("survey", days(now)).catch(() => null) : null;
  put(survey, kept ? surveyTable(facts, kept.companies) : inFile ? partial(say("web.failed.not-in-file")) : start);
  const grid = h("ul.deals");
  const search = h("input.search", { type: "search", placeholder: say("web.deal.search"), "aria-label": say("web.deal.search"), on: { input: () => draw() } });
  function draw() {
    const wanted = search.value.trim().toLowerCase();
    const kept = rows.filter((/** @type {any} */ row) => !wanted || `${row.entity.id} ${row.entity.name_en} ${row.entity.name_ja}`.toLowerCase().includes(wanted));
    put(grid, kept.length ? kept.map((/** @type {any} */ row) => h("li", a(href({ entity: row.entity.id }), { class: "deal-row" }, h("b", nameOf(row.entity)), h("span.quiet", roleName(row.entity.role), " · ", say("web.company.flows", { into: count(row.into), out: count(row.out) }))))) : empty(say("web.deal.none")));
  }
  draw();
  put(root, h("h1", say("web.company.title")), h("p.lead", say("web.company.lead")), h("section.card", h("h2", say("web.company.survey_title")), h("p", say("web.company.survey_text")), survey), h("h2", say("web.company.all", { count: count(rows.length) })), search, grid);
}

/** @param {any} row */
function flatten(row) {
  return { company: row.company, from: row.first, to: row.last, inflow_low: row.total?.inflow?.low ?? "", inflow_high: row.total?.inflow?.high ?? "", own_low: row.total?.own.low ?? "", own_high: row.total?.own.high ?? "", own_share_low: row.total?.own_share?.low ?? "", own_share_high: row.total?.own_share?.high ?? "" };
}

/** @param {any} facts @param {any[]} companies */
function surveyTable(facts, companies) {
  return table([
    { title: say("web.nav.company"), cell: (row) => a(href({ entity: row.company }), {}, nameOf(facts.byEntity.get(row.company))), sort: (row) => nameOf(facts.byEntity.get(row.company)) },
    { title: say("web.company.years"), cell: (row) => row.total?.label ?? "", sort: (row) => row.total?.label ?? "" },
    { title: say("web.company.inflow"), number: true, cell: (row) => spanText(row.total?.inflow), sort: (row) => row.total?.inflow?.high ?? -1 },
    { title: say("web.company.own"), number: true, cell: (row) => spanText(row.total?.own), sort: (row) => row.total?.own.high ?? -1 },
    { title: say("web.company.own_share"), number: true, cell: (row) => (row.total?.own_share ? [shareRange(row.total.own_share.low, row.total.own_share.high), intervalBar(row.total.own_share, 1, "back")] : say("numbers.unknown")), sort: (row) => row.total?.own_share?.high ?? -1 },
  ], companies, say("web.company.survey_title"));
}

/** @param {HTMLElement} root @param {any} facts @param {any} now */
async function one(root, facts, now) {
  const entity = facts.byEntity.get(now.entity);
  const rung = ["paid", "bound", "talked"].includes(now.rung) ? now.rung : "bound";
  const own = h("section.own");
  const roles = h("section.roles");
  const vendor = h("section.vendor");
  const shown = await picture(now);
  const mine = shown.flows.filter((/** @type {any} */ flow) => flow.payer === entity.id || flow.payee === entity.id);
  const finances = mine.some((/** @type {any} */ flow) => flow.payer === entity.id && FINANCING.includes(flow.instrument));
  put(root, h("p.crumb", a(href({ entity: "" }), {}, say("web.company.title")), ` / ${entity.id}`), h("h1", nameOf(entity)),
    h("p.quiet", roleName(entity.role), entity.ticker ? ` · ${entity.ticker}` : "", entity.country ? ` · ${entity.country}` : "", entity.note ? h("span", { lang: "en" }, ` · ${entity.note}`) : ""),
    own, vendor, roles, h("h2", say("web.company.deals", { count: count(mine.length) })), h("div.columns", mine.map((/** @type {any} */ flow) => legCard(facts, flow.key, flow, { until: days(now).known_by, brief: true }))));
  await Promise.all([
    ask("trace", { ...days(now), account: entity.id }, checkTrace).then((found) => put(own, ownMoney(facts, now, found, rung))).catch((error) => put(own, failed(error))),
    ask("roles", { ...days(now), account: entity.id }).then((found) => put(roles, roleTable(facts, entity, found))).catch((error) => put(roles, failed(error))),
    finances && ask("vendor", { ...days(now), account: entity.id }).then((found) => put(vendor, vendorTable(facts, found))).catch(() => put(vendor)),
  ]);
}

/** @param {any} facts @param {any} now @param {any} found @param {string} rung */
function ownMoney(facts, now, found, rung) {
  const on = found.on[rung] ?? found.on[found.rung];
  const total = on.total;
  const pick = h("div.choice", { role: "group", "aria-label": say("web.loops.by_rung") }, ["paid", "bound", "talked"].filter((r) => found.on[r]).map((r) => h("button.pill", { "aria-pressed": r === on.rung, on: { click: () => go({ rung: r === "bound" ? "" : r }) } }, say(`web.company.rung_${r}`))));
  const parts = (/** @type {any} */ split) => {
    const most = num(split.inflow?.high) ?? Math.max(1, num(split.deals.high) ?? 0, num(split.own.high) ?? 0);
    return barRows([
      { label: h("b.shu", say("web.company.own")), interval: split.own, text: spanText(split.own), kind: "back", note: split.own_share ? say("web.company.of_inflow", { share: shareRange(split.own_share.low, split.own_share.high) }) : "" },
      { label: say("web.company.insiders"), interval: split.insiders, text: spanText(split.insiders) },
      { label: say("web.company.outside"), interval: split.outside, text: split.outside ? spanText(split.outside) : say("numbers.unknown"), kind: "grey" },
    ], most);
  };
  const nothing = total && num(total.own.high) === 0;
  return [
    h("div.card.headline", pick,
      total ? h("p.answer", h("strong.big", total.own_share ? shareRange(total.own_share.low, total.own_share.high) : spanText(total.own)), h("span", say(total.own_share ? "web.company.headline" : "web.company.headline_no_total", { years: total.label, inflow: spanText(total.inflow) }))) : partial(say("web.company.no_report")),
      nothing ? h("p", say("web.company.nothing_back")) : null,
      total ? parts(total) : on.ahead ? parts(on.ahead) : null,
      h("p.quiet", say("web.company.overlap"))),
    h("details.card", h("summary", say("web.company.rules")), h("p", say("web.company.rules_text")), Object.keys(on.rules).length ? ruleTable(on.rules) : h("p.quiet", say("web.company.rules_none"))),
    on.years.length > 1 ? h("details.card", h("summary", say("web.company.by_year")), on.years.map((/** @type {any} */ year) => [h("h3", year.label, " ", h("span.quiet", say("web.company.inflow"), " ", spanText(year.inflow))), parts(year)])) : null,
    on.ahead ? h("details.card", h("summary", say("web.company.ahead", { years: on.ahead.label })), h("p.quiet", say("web.company.ahead_text")), parts(on.ahead)) : null,
    h("details.card", h("summary", say("web.company.worth")), found.narrows.length ? h("ul.plain", found.narrows.map((/** @type {any} */ row) => h("li", narrowText(facts, row)))) : h("p.quiet", say("web.company.worth_none")),
      found.missing.length ? h("p.quiet", say("web.company.missing"), " ", found.missing.map((/** @type {string} */ name) => { const [id, kind] = name.split(":"); return `${nameOf(facts.byEntity.get(id) ?? { id })} (${known(`web.figure.${kind}`) ? say(`web.figure.${kind}`) : kind})`; }).join(", ")) : null),
    downloads({ name: `own-money-${found.company}`, json: () => found, rows: () => Object.values(found.on).flatMap((/** @type {any} */ one) => [one.total, ...one.years, one.ahead].filter(Boolean).map((split) => ({ company: found.company, rung: one.rung, years: split.label, inflow_low: split.inflow?.low ?? "", inflow_high: split.inflow?.high ?? "", own_low: split.own.low, own_high: split.own.high ?? "", insiders_low: split.insiders.low, insiders_high: split.insiders.high ?? "", outside_low: split.outside?.low ?? "", outside_high: split.outside?.high ?? "" }))) }),
  ];
}

/** @param {any} facts @param {any} row */
function narrowText(facts, row) {
  const leg = facts.byLeg.get(row.name);
  const name = leg ? `${nameOf(facts.byEntity.get(leg.payer))} → ${nameOf(facts.byEntity.get(leg.payee))} (${row.name})` : nameOf(facts.byEntity.get(row.name) ?? { id: row.name });
  const text = say(`web.company.narrow.${row.what}`, { name });
  return `${text}: ${row.saved === null ? say("web.company.gets_limit") : say("web.company.saves", { amount: moneyRange(row.saved, row.saved) })}`;
}

/** @param {Record<string, any>} rules */
function ruleTable(rules) {
  const both = (/** @type {any} */ row) => (row.known_share === null ? moneyRange(row.known, row.widest) : `${moneyRange(row.known, row.widest)} (${shareRange(row.known_share, row.widest_share)})`);
  return table([{ title: say("web.company.rule"), cell: (row) => say(`trace.rule.${row[0]}`) }, { title: say("web.company.own"), number: true, cell: (row) => both(row[1]) }, { title: "", cell: (row) => intervalBar({ low: row[1].known_share, high: row[1].widest_share }, 1, "back") }], Object.entries(rules), say("web.company.rules"));
}

/** @param {any} facts @param {any} entity @param {any} found */
function roleTable(facts, entity, found) {
  if (!found.pairs.length) return [h("h2", say("web.company.roles")), empty(say("web.company.no_roles"))];
  const line = (/** @type {any} */ role) => h("li", role.is_contingent ? h("em", say("web.company.contingent"), " ") : null, say(`names.role.${role.role}`), " ", h("span.quiet", role.pct !== null && role.pct !== undefined ? `${share(role.pct / 100)} ` : role.amount ? amountText(role.amount) : ""), " ", rungMark(role.rung));
  return [h("h2", say("web.company.roles")), h("p.quiet", say("web.company.roles_text")),
    h("div.columns", found.pairs.map((/** @type {any} */ pair) => {
      const other = pair.a === entity.id ? pair.b : pair.a;
      const [mine, theirs] = pair.a === entity.id ? [pair.roles_of_a, pair.roles_of_b] : [pair.roles_of_b, pair.roles_of_a];
      return h(`article.card${pair.is_both_ways ? ".back" : ""}`, h("h3", a(href({ entity: other }), {}, nameOf(facts.byEntity.get(other) ?? { id: other }))), pair.is_both_ways ? h("p.quiet", say("web.company.both_ways")) : null,
        h("p.kind", say("web.company.is_to", { a: nameOf(entity), b: nameOf(facts.byEntity.get(other) ?? { id: other }) })), h("ul.plain", mine.map(line)), theirs.length ? [h("p.kind", say("web.company.is_to", { a: nameOf(facts.byEntity.get(other) ?? { id: other }), b: nameOf(entity) })), h("ul.plain", theirs.map(line))] : null);
    }))];
}

/** @param {any} facts @param {any} found */
function vendorTable(facts, found) {
  if (!found.customers.length) return [];
  const sums = (/** @type {any[]} */ list) => (list.length ? list.map((sum) => (sum.amount ? moneyRange(sum.amount.low, sum.amount.high, sum.amount.central, sum.currency) + (sum.basis === "total" ? "" : ` (${say(`numbers.basis.${sum.basis}`)})`) : say("numbers.unknown"))).join("; ") : say("web.deal.nothing"));
  return [h("h2", say("web.company.vendor")), h("p.quiet", say("web.company.vendor_text")), table([
    { title: say("web.company.customer"), cell: (row) => a(href({ entity: row.entity }), {}, nameOf(facts.byEntity.get(row.entity))) },
    { title: say("web.company.put_in"), cell: (row) => sums(row.put_in) },
    { title: say("web.company.paid_in"), cell: (row) => sums(row.paid_in) },
    { title: say("web.company.guaranteed"), cell: (row) => sums(row.guaranteed) },
    { title: say("web.company.purchases"), cell: (row) => sums(row.purchases) },
  ], found.customers, say("web.company.vendor"))];
}
