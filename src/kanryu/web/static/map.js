// @ts-check
// The role wheel as a drawing: ribbons whose body shows how sure the money is, circles, names, and grains on top.
import { h, s } from "kanryu/dom";
import { drawn, amountText, num } from "kanryu/numbers";
import { particles } from "kanryu/particles";
import { arrow, centre, middleLine, outline, sides, widthOf } from "kanryu/ribbon";
import { ink, mayMove } from "kanryu/theme";
import { nameOf, roleName, say } from "kanryu/words";

export const SCALE = 318;
const BOX = { x: -590, y: -462, width: 1180, height: 924 };
const MOST_FLOWS = 600;

/** @typedef {{key: string, payer: string, payee: string, instrument: string, rung: string, amount: any}} Flow */
/** @typedef {{loop?: Set<string>, entity?: string, leg?: string, cut?: Set<string>, returns?: Set<string>, verdicts?: Map<string, string>}} Light */

/**
 * @param {{spots: any[], arcs: any[], routes: any[]}} wheel places, from the program
 * @param {Map<string, any>} entities
 * @param {{onEntity?: (id: string) => void, onFlow?: (key: string) => void, compact?: boolean, box?: typeof BOX, most?: number}} options
 */
export function mapView(wheel, entities, options = {}) {
  const box = options.box ?? BOX;
  const places = new Map(wheel.spots.map((spot) => [spot.id, { x: spot.x * SCALE, y: spot.y * SCALE, r: options.compact ? 44 : radiusOf(spot), spot }]));
  const routes = new Map(wheel.routes.map((route) => [`${route.payer}|${route.payee}`, { x: route.x * SCALE, y: route.y * SCALE, around: route.around && { ...route.around, r: route.around.r * SCALE } }]));
  const ribbons = s("g.ribbons");
  const nodes = s("g.nodes", { role: "list" });
  const drawing = s("svg.wheel", { viewBox: `${box.x} ${box.y} ${box.width} ${box.height}`, role: "group", "aria-label": say("web.map.picture") },
    s("g.rings", {}, wheel.arcs.map(ring)), ribbons, nodes);
  const canvas = h("canvas.grains", { "aria-hidden": "true" });
  const element = h("div.map", {}, drawing, canvas);
  const grains = particles(canvas, frame);
  /** @type {[Flow[], Light] | null} */
  let last = null;
  let drawnAt = 0;
  const watcher = new ResizeObserver(() => {
    grains.resize();
    if (last && Math.abs(frame().scale / drawnAt - 1) > 0.12) show(...last);
  });
  watcher.observe(element);
  let folded = 0;

  function frame() {
    const { width, height } = element.getBoundingClientRect();
    const scale = Math.min(width / box.width, height / box.height) || 1;
    return { scale, dx: (width - box.width * scale) / 2 - box.x * scale, dy: (height - box.height * scale) / 2 - box.y * scale, width, height };
  }

  /** @param {Flow[]} flows @param {Light} light */
  function show(flows, light = {}) {
    last = [flows, light];
    drawnAt = frame().scale;
    const kept = flows.filter((flow) => places.has(flow.payer) && places.has(flow.payee) && flow.payer !== flow.payee);
    kept.sort((x, y) => (drawn(y.amount) ?? -1) - (drawn(x.amount) ?? -1));
    folded = Math.max(0, kept.length - MOST_FLOWS);
    kept.length = Math.min(kept.length, MOST_FLOWS);
    const largest = Math.max(1, ...kept.map((flow) => drawn(flow.amount) ?? 0));
    const lit = Boolean(light.loop || light.entity || light.leg);
    /** @type {Map<string, number>} */
    const lanes = new Map();
    const tracks = [];
    const shapes = [];
    const touched = new Set();
    for (const flow of kept) {
      const pair = `${flow.payer}|${flow.payee}`;
      const lane = lanes.get(pair) ?? 0;
      const amount = drawn(flow.amount);
      const width = widthOf(amount, largest, options.most ?? 30);
      lanes.set(pair, lane + width + 3);
      const from = places.get(flow.payer);
      const to = places.get(flow.payee);
      const line = middleLine(from, to, routes.get(pair) ?? { x: 0, y: 0 }, lane ? lane + width / 2 : 0);
      const on = light.loop?.has(flow.key) || light.leg === flow.key || (light.entity && !light.loop && (flow.payer === light.entity || flow.payee === light.entity));
      const back = Boolean(light.returns?.has(flow.key) && (!lit || light.loop?.has(flow.key) || light.entity));
      const cut = Boolean(light.cut?.has(flow.key));
      if (on) touched.add(flow.payer).add(flow.payee);
      shapes.push({ on, node: ribbon(flow, line, width, amount === null, { on: Boolean(on), off: lit && !on, back, cut }) });
      if ((on || (!lit && (width > 5 || (back && width > 2)))) && flow.rung !== "ended") tracks.push({ line, width, ink: ink(flow.rung === "paid" && width > 9 && !coreOf(flow, width) ? "panel" : back ? "shu" : "ai"), cut: cut ? 0.44 : undefined });
    }
    shapes.sort((x, y) => Number(Boolean(x.on)) - Number(Boolean(y.on)));
    ribbons.replaceChildren(...shapes.map((shape) => shape.node));
    const used = new Set(kept.flatMap((flow) => [flow.payer, flow.payee]));
    names(used, touched, light, lit);
    grains.show(tracks);
    grains.run(mayMove());
    element.dataset.flows = String(kept.length);
    element.dataset.lit = String(touched.size);
  }

  /** @param {Flow} flow @param {any[]} line @param {number} width @param {boolean} unknown @param {{on: boolean, off: boolean, back: boolean, cut: boolean}} how */
  function ribbon(flow, line, width, unknown, how) {
    const state = `ribbon ${flow.rung}${how.on ? " on" : ""}${how.off ? " off" : ""}${how.back ? " back" : ""}${unknown ? " unknown" : ""}${how.cut ? " cut" : ""}${width > 9 ? " wide" : ""}`;
    const parts = [];
    let part = false;
    if (how.cut || flow.rung === "ended") {
      parts.push(s("path.body", { d: outline(line, Math.max(width, 2), 0, 0.42) }), s("path.body", { d: outline(line, Math.max(width, 2), 0.58, 1) }));
    } else if (unknown || width < 2.4) {
      parts.push(s("path.thread", { d: centre(line), "stroke-width": Math.max(1.2, width) }));
    } else {
      const core = flow.rung === "paid" ? coreOf(flow, width) : 0;
      parts.push(s("path.body", { d: outline(line, width) }));
      if (core || flow.rung !== "paid") parts.push(s("path.side", { d: sides(line, width) }));
      if (core) parts.push(s("path.core", { d: outline(line, core) }));
      part = Boolean(core);
    }
    if (!how.off && !how.cut && flow.rung !== "ended" && (how.on || how.back || width > 4)) parts.push(s("path.head", { d: arrow(line, width) }));
    const words = `${label(flow.payer)} → ${label(flow.payee)}: ${amountText(flow.amount)}, ${say(`names.rung.${flow.rung}`)}`;
    parts.push(s("path.touch", { d: centre(line), "stroke-width": Math.max(12, width) }), s("title", {}, words));
    return s("g", { class: state + (part ? " part" : ""), data: { key: flow.key }, on: options.onFlow ? { click: () => options.onFlow?.(flow.key) } : {} }, parts);
  }

  /** @param {string} id */
  function label(id) {
    return nameOf(entities.get(id) ?? { id });
  }

  /** Circles and names; a name is written where it finds room, the lit ones first. @param {Set<string>} used @param {Set<string>} touched @param {Light} light @param {boolean} lit */
  function names(used, touched, light, lit) {
    /** @type {{x: number, y: number, w: number, h: number, dot?: boolean}[]} */
    const taken = [...places.values()].filter((p) => used.has(p.spot.id)).map((p) => ({ x: p.x - p.r, y: p.y - p.r, w: 2 * p.r, h: 2 * p.r, dot: p.spot.ring !== "inner" }));
    const order = [...places.values()].filter((place) => used.has(place.spot.id));
    const rank = (/** @type {any} */ p) => (p.spot.id === light.entity ? 4 : 0) + (touched.has(p.spot.id) ? 2 : 0) + (p.spot.ring === "inner" ? 1 : 0) + p.spot.size / 10;
    order.sort((x, y) => rank(y) - rank(x));
    const shown = frame();
    const size = Math.max(options.compact ? 25 : 13, Math.min(48, (options.compact ? 14 : 10) / shown.scale));
    const made = order.map((place) => {
      const id = place.spot.id;
      const text = short(label(id));
      const w = [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1 : 0.56), 0) * size + 4;
      const on = touched.has(id) || light.entity === id || Boolean(light.verdicts?.has(id));
      const spots = [{ x: place.x - w / 2, y: place.y + place.r + 2, anchor: "middle", tx: place.x }, { x: place.x - w / 2, y: place.y - place.r - size - 6, anchor: "middle", tx: place.x },
        { x: place.x + place.r + 4, y: place.y - size / 2 - 2, anchor: "start", tx: place.x + place.r + 5 }, { x: place.x - place.r - 4 - w, y: place.y - size / 2 - 2, anchor: "end", tx: place.x - place.r - 5 },
        ...[1, -1].map((way) => ({ x: place.x - w / 2, y: way > 0 ? place.y + place.r + size + 6 : place.y - place.r - 2 * size - 10, anchor: "middle", tx: place.x }))];
      if (options.compact) spots.unshift(outward(place, w, size));
      const inside = (/** @type {any} */ b) => b.x > box.x && b.x + w < box.x + box.width && b.y > box.y && b.y + size < box.y + box.height;
      const free = spots.find((b) => inside(b) && !taken.some((t) => !(t.dot && place.spot.ring === "inner") && b.x < t.x + t.w && t.x < b.x + w && b.y < t.y + t.h && t.y < b.y + size + 4));
      const wanted = (on && !(light.verdicts && light.verdicts.get(id) !== "impact" && !touched.has(id))) || (!lit && place.spot.size > 0.16) || place.spot.ring === "inner";
      const at = free ?? spots.find(inside) ?? spots[0];
      const shift = Math.max(0, box.x + 4 - at.x) - Math.max(0, at.x + w - (box.x + box.width - 4));
      const spot = { ...at, x: at.x + shift, tx: at.tx + shift };
      const hushed = !wanted || (!free && !(on && !light.verdicts));
      if (!hushed) taken.push({ x: spot.x, y: spot.y, w, h: size + 4 });
      const state = `node ${place.spot.ring}${on ? " on" : ""}${lit && !on ? " off" : ""}${hushed ? " hushed" : ""}${light.verdicts?.has(id) ? " is-" + light.verdicts.get(id) : ""}`;
      const node = s("g", { class: state, data: { id }, tabindex: -1, role: "listitem", "aria-label": label(id), on: options.onEntity ? { click: () => options.onEntity?.(id) } : {} },
        s("circle", { cx: place.x, cy: place.y, r: place.r }), s("circle.reach", { cx: place.x, cy: place.y, r: Math.max(place.r, 11) }), s("title", {}, label(id)));
      node.append(s("text", { x: spot.tx, y: spot.y + size, "text-anchor": spot.anchor, "font-size": size }, text));
      return { on, node, angle: place.spot.angle };
    });
    made.sort((x, y) => x.angle - y.angle);
    nodes.replaceChildren(...made.map((m) => m.node));
    const first = made.find((m) => m.on) ?? made[0];
    first?.node.setAttribute("tabindex", "0");
  }

  nodes.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const all = /** @type {SVGGElement[]} */ ([...nodes.children]);
    const at = all.indexOf(/** @type {any} */ (document.activeElement));
    if (at < 0) return;
    if (step) {
      const next = all[(at + step + all.length) % all.length];
      all[at].setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      options.onEntity?.(all[at].dataset.id ?? "");
    } else return;
    event.preventDefault();
  });

  return { element, drawing, show, folded: () => folded, run: (/** @type {boolean} */ moving) => grains.run(moving), stop: () => (grains.stop(), watcher.disconnect()) };
}

/** Width of the paid core inside a wider agreement: 0 where all of it is paid, a thread where nobody says how much. @param {any} flow @param {number} width */
function coreOf(flow, width) {
  const [whole, paid] = [drawn(flow.amount), drawn(flow.paid)];
  if (flow.paid === undefined || whole === null) return 0;
  if (paid === null) return Math.min(2, width / 3);
  return paid < whole * 0.98 ? Math.max(1.6, width * Math.sqrt(Math.max(paid, 0) / whole)) : 0;
}

/** A name on the far side of its circle, seen from the hub. @param {any} place @param {number} w @param {number} size */
function outward(place, w, size) {
  const far = Math.hypot(place.x, place.y) || 1;
  const [ux, uy] = [place.x / far, place.y / far];
  if (Math.abs(ux) < 0.5 || size > 30) return { x: place.x - w / 2, y: uy > 0 ? place.y + place.r + 6 : place.y - place.r - size - 14, anchor: "middle", tx: place.x };
  return ux > 0 ? { x: place.x + place.r + 8, y: place.y - size / 2 - 4, anchor: "start", tx: place.x + place.r + 10 } : { x: place.x - place.r - 8 - w, y: place.y - size / 2 - 4, anchor: "end", tx: place.x - place.r - 10 };
}

/** @param {any} spot */
function radiusOf(spot) {
  return spot.ring === "inner" ? 7 + 19 * spot.size : 3.2 + 11 * spot.size;
}

/** @param {string} text */
function short(text) {
  const plain = text.replace(/\s*[((].*$/, "") || text;
  const wide = /[\u2e80-\uffff]/.test(plain);
  const limit = wide ? 12 : 22;
  return [...plain].length > limit ? [...plain].slice(0, limit - 1).join("") + "…" : plain;
}

/** The arc of a role with its name, upright. @param {any} arc */
function ring(arc) {
  const at = (/** @type {number} */ degrees, /** @type {number} */ r) => ({ x: Math.sin((degrees * Math.PI) / 180) * r, y: -Math.cos((degrees * Math.PI) / 180) * r });
  const r = SCALE * 1.085;
  const [p, q, m] = [at(arc.start, r), at(arc.end, r), at((arc.start + arc.end) / 2, SCALE * 1.375)];
  const large = arc.end - arc.start > 180 ? 1 : 0;
  const side = Math.abs(m.x) < 90 ? "middle" : m.x > 0 ? "start" : "end";
  return s("g.ring", {}, s("path", { d: `M${p.x.toFixed(1)} ${p.y.toFixed(1)}A${r} ${r} 0 ${large} 1 ${q.x.toFixed(1)} ${q.y.toFixed(1)}` }),
    s("text", { x: m.x, y: m.y + 4, "text-anchor": side }, arc.role === "outside" ? "" : roleName(arc.role)));
}

/** Share of a figure for the legend. @param {number} largest */
export function legendSteps(largest) {
  return [1, 0.25, 0.0625].map((part) => num(largest * part));
}
