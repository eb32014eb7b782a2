// @ts-check
// One loop turning, one number with its interval, one button.
import { ask } from "kanryu/api";
import { days, facts as loadFacts, picture } from "kanryu/data";
import { a, h, put } from "kanryu/dom";
import { downloads } from "kanryu/download";
import { rungMark } from "kanryu/evidence";
import { idOf, keysOf, loopsAsOf, roundText } from "kanryu/loops";
import { mapView, SCALE } from "kanryu/map";
import { empty } from "kanryu/notices";
import { count, day, intervalText, money, num } from "kanryu/numbers";
import { go, href } from "kanryu/state";
import { nameOf, say, weave } from "kanryu/words";

/** @param {HTMLElement} root @param {any} state */
export async function show(root, state) {
  const facts = await loadFacts();
  /** @type {any} */
  let map = null;
  let turn = 0;

  async function update(/** @type {any} */ now) {
    const mine = ++turn;
    const [found, shown] = await Promise.all([loopsAsOf(now), picture(now)]);
    if (mine !== turn) return;
    const loop = found.loops.find((/** @type {any} */ one) => idOf(one) === now.loop) ?? found.loops[0];
    map?.stop();
    map = null;
    if (!loop) return put(root, h("div.hero.bare", h("h1", say("web.front.no_loop_title")), empty(say("web.map.no_loops"))));
    const name = (/** @type {string} */ id) => nameOf(facts.byEntity.get(id) ?? { id });
    const byKey = new Map(shown.flows.map((/** @type {any} */ flow) => [flow.key, flow]));
    map = mapView(ringOf(loop), facts.byEntity, { compact: true, most: 56, box: { x: -560, y: -390, width: 1120, height: 780 }, onEntity: (id) => go({ view: "company", entity: id }), onFlow: (key) => cut(linkOf(loop, key)) });
    const broken = loop.links.findIndex((/** @type {any} */ link) => `${link.payer}~${link.payee}` === now.cut);
    const text = h("div.hero-text");
    put(root, h("div.hero", text, h("div.hero-picture", map.element)), strip(facts, found, now));
    const flows = flowsOf(loop, byKey);
    const gone = broken >= 0 ? new Set(loop.links[broken].legs.map((/** @type {any} */ leg) => leg.key)) : null;
    map.show(flows.map((flow) => (gone?.has(flow.key) ? { ...flow, rung: "ended" } : flow)), gone ? { entity: "" } : { loop: new Set(keysOf(loop)), returns: new Set(keysOf(loop)) });
    if (gone) map.run(false);
    root.dataset.cut = broken >= 0 ? "1" : "";
    const until = days(now).known_by;
    const brief = (/** @type {string} */ id) => name(id).replace(/\s*[((].*$/, "");
    const [first, second] = [brief(loop.accounts[0]), brief(loop.accounts[1])];
    put(text,
      h("p.eyebrow", until ? say("web.front.as_known", { day: day(until) }) : say("web.front.as_known_now"), " · ", nameOf({ name_en: facts.title_en, name_ja: facts.title_ja })),
      h(`h1${first.length + second.length > 26 ? ".long" : ""}`, say(broken >= 0 ? "web.front.title_cut" : loop.accounts.length === 2 && first.length + second.length < 34 ? "web.front.title_two" : "web.front.title_more", { first, second })),
      h("p.answer", h("strong.big.huge", broken >= 0 ? h("s", roundText(loop)) : roundText(loop)), h("span", say(broken >= 0 ? "web.front.no_longer" : "web.front.goes_round", { first }))),
      broken >= 0 ? null : surety(loop),
      broken >= 0 ? null : h("p.quiet", a(href({ view: "company", entity: loop.accounts[0], loop: "", cut: "" }), { id: "how-much" }, say("web.front.how_much", { first }))),
      h("ol.way-steps", loop.links.map((/** @type {any} */ link, /** @type {number} */ i) => step(name, link, i === broken, () => cut(link)))),
      broken >= 0 ? aftermath(loop, loop.links[broken], now, name) : null,
      h("p.actions", broken >= 0 ? h("button.button.strong", { id: "mend", on: { click: () => go({ cut: "" }) } }, say("web.front.mend")) : h("button.button.strong", { id: "break", on: { click: () => cut(loop.links[loop.weakest]) } }, say("web.front.break", { payer: name(loop.links[loop.weakest].payer), payee: name(loop.links[loop.weakest].payee) })),
        a(href({ view: "loops", loop: idOf(loop) }), { class: "button" }, say("web.front.evidence"))));
  }

  function cut(/** @type {any} */ link) {
    if (link) go({ cut: `${link.payer}~${link.payee}` });
  }

  await update(state);
  return { update, stop: () => map?.stop() };
}

/** @param {any} loop @param {string} key */
function linkOf(loop, key) {
  return loop.links.find((/** @type {any} */ link) => link.legs.some((/** @type {any} */ leg) => leg.key === key));
}

/** How sure the number is, in one sentence. @param {any} loop */
function surety(loop) {
  const same = ["low", "central", "high"].every((part) => loop.sure[part] === loop.goes_round[part]);
  const sure = num(loop.sure.high) === 0 ? "web.front.sure_none" : same ? "web.front.sure_all" : "web.front.sure";
  return h("p.surety", rungMark(loop.weakest_rung), " ", say(sure, { amount: intervalText(loop.sure) }));
}

/** One link as a sentence with its number and its scissors. @param {(id: string) => string} name @param {any} link @param {boolean} broken @param {() => void} cut */
function step(name, link, broken, cut) {
  const leg = link.legs[0];
  return h(`li${broken ? ".broken" : ""}`,
    h("span.said-by", weave(`web.verb.${leg.instrument}`, { payer: h("b", name(link.payer)), payee: h("b", name(link.payee)) })),
    h("span.of", num(link.amount.high) === null && !num(link.amount.low) ? say("numbers.unknown") : intervalText(link.amount), " ", rungMark(link.rung)),
    h("button.scissors", { "aria-label": say("web.front.break", { payer: name(link.payer), payee: name(link.payee) }), title: say("web.front.break", { payer: name(link.payer), payee: name(link.payee) }), on: { click: cut } }, "✂"));
}

/** What else stops when the link is gone. @param {any} loop @param {any} link @param {any} now @param {(id: string) => string} name */
function aftermath(loop, link, now, name) {
  const place = h("div.aftermath", { role: "status" }, h("p", say("web.waiting")));
  ask("broken", { ...days(now), account: link.payer, other: link.payee }).then((after) => {
    put(place, h("p", weave("web.front.after_loops", { ended: h("b", count(after.loops_before - after.loops_after)), before: count(after.loops_before) })),
      h("p", weave("web.front.after_money", { before: h("b", money(after.circular_before)), after: h("b", money(after.circular_after)) })),
      h("p.quiet", say("web.front.nobody_reacts"), " ", a(href({ view: "break", link: link.legs[0].key, cut: "" }), {}, say("web.front.follow"))));
  }).catch(() => put(place, h("p", say("web.front.after_alone", { payer: name(link.payer), payee: name(link.payee), amount: roundText(loop) }))));
  return place;
}

/** What lies behind: how many loops there are and where to go on. @param {any} facts @param {any} found @param {any} now */
function strip(facts, found, now) {
  return h("section.strip", { "aria-label": say("web.front.more") },
    a(href({ view: "map", loop: "", cut: "" }), { class: "fact" }, h("b", count(found.total)), h("span", say("web.front.fact_loops"))),
    a(href({ view: "loops", loop: "", cut: "" }), { class: "fact" }, h("b", count(found.boomerangs)), h("span", say("web.front.fact_boomerangs"))),
    a(href({ view: "loops", loop: "", cut: "" }), { class: "fact" }, h("b", count(found.cut.legs.length)), h("span", say(found.cut.is_smallest ? "web.front.fact_cut" : "web.front.fact_cut_bound", { bound: found.cut.lower_bound }))),
    downloads({ name: "front", json: () => found, rows: () => found.loops.slice(0, 100).map((/** @type {any} */ loop) => ({ loop: idOf(loop), goes_round_low: loop.goes_round.low, goes_round_central: loop.goes_round.central, goes_round_high: loop.goes_round.high, weakest_rung: loop.weakest_rung, kind: loop.kind })), svg: () => document.querySelector("svg.wheel") }));
}

/** The companies of the loop on a circle, clockwise from the top; ribbons run along the rim. @param {any} loop */
export function ringOf(loop) {
  const n = loop.accounts.length;
  const turn = 0;
  const at = (/** @type {number} */ degrees, /** @type {number} */ r) => ({ x: Math.sin((degrees * Math.PI) / 180) * r, y: -Math.cos((degrees * Math.PI) / 180) * r });
  const spots = loop.accounts.map((/** @type {string} */ id, /** @type {number} */ i) => ({ id, role: "", ring: "inner", angle: (turn + (360 / n) * i) % 360, size: 1, ...at(turn + (360 / n) * i, 0.9) }));
  const routes = loop.links.map((/** @type {any} */ link, /** @type {number} */ i) => ({ payer: link.payer, payee: link.payee, x: 0, y: 0, around: { from: turn + (360 / n) * i, to: turn + (360 / n) * (i + 1), r: 0.9 } }));
  return { spots, arcs: [], routes, scale: SCALE };
}

/** The largest leg of each link stands for it: the link's sum as width, its rung as body. @param {any} loop @param {Map<string, any>} byKey */
export function flowsOf(loop, byKey) {
  return loop.links.map((/** @type {any} */ link) => ({ ...(byKey.get(link.legs[0].key) ?? {}), key: link.legs[0].key, payer: link.payer, payee: link.payee, instrument: link.legs[0].instrument, rung: link.rung, amount: { low: link.amount.low || null, central: link.amount.central, high: link.amount.high, basis: "total" }, paid: link.rung === "paid" ? (byKey.get(link.legs[0].key)?.paid ?? undefined) : undefined }));
}

