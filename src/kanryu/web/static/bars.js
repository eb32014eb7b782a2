// @ts-check
// Small charts of our own: intervals as bars, several on one scale. Every bar has its number beside it.
import { h } from "kanryu/dom";
import { num } from "kanryu/numbers";

/**
 * One interval on a scale from 0 to `most`: solid up to low, hatched up to high, a tick at the centre.
 * @param {{low: any, central?: any, high: any} | null} interval @param {number} most @param {string} [kind] class of the ink
 */
export function intervalBar(interval, most, kind = "") {
  const [low, central, high] = [num(interval?.low) ?? 0, num(interval?.central), num(interval?.high)];
  const part = (/** @type {number} */ value) => `${Math.max(0, Math.min(100, (100 * value) / (most || 1)))}%`;
  const end = high ?? most;
  return h(`span.ibar${kind ? "." + kind : ""}${interval ? "" : ".none"}`, { "aria-hidden": "true" },
    interval ? h("i.low", { style: { width: part(low) } }) : null,
    interval ? h(`i.range${high === null ? ".open" : ""}`, { style: { left: part(low), width: part(Math.max(0, end - low)) } }) : null,
    central !== null && central > low && central < end ? h("i.tick", { style: { left: part(central) } }) : null);
}

/**
 * Rows of a label, a bar and a number, on one scale.
 * @param {{label: any, interval: any, text: any, kind?: string, note?: any}[]} rows @param {number} [most]
 */
export function barRows(rows, most) {
  const top = most ?? Math.max(1e-9, ...rows.map((row) => num(row.interval?.high) ?? num(row.interval?.central) ?? num(row.interval?.low) ?? 0));
  return h("dl.bar-rows", rows.map((row) => [h("dt", row.label), h("dd", intervalBar(row.interval, top, row.kind), h("span.bar-text", row.text), row.note ? h("small.quiet", row.note) : null)]));
}

/** Parts of a whole side by side: shares that add up. @param {{share: number, kind: string, label: string}[]} parts */
export function stack(parts) {
  return h("div.stack", { "aria-hidden": "true" }, parts.filter((part) => part.share > 0).map((part) => h(`i.${part.kind}`, { style: { "flex-grow": String(part.share) }, title: part.label })));
}
