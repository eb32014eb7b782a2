// @ts-check
// A table that sorts by its headings; wide ones scroll inside their own frame.
import { h, put } from "kanryu/dom";
import { say } from "kanryu/words";

/** @typedef {{title: string, cell: (row: any) => any, sort?: (row: any) => any, number?: boolean}} Column */

const FIRST = 200;

/** @param {Column[]} columns @param {any[]} rows @param {string} caption */
export function table(columns, rows, caption) {
  let by = -1;
  let down = false;
  let most = FIRST;
  const body = h("tbody");
  const heads = columns.map((column, i) => h("th", { scope: "col", class: column.number ? "number" : null },
    column.sort ? h("button.sort", { on: { click: () => (down = by === i ? !down : Boolean(column.number), by = i, draw()) } }, column.title) : column.title));
  const more = h("p.more-rows");

  function draw() {
    const sort = columns[by]?.sort;
    const ordered = sort ? [...rows].sort((x, y) => compare(sort(x), sort(y)) * (down ? -1 : 1)) : rows;
    heads.forEach((head, i) => head.setAttribute("aria-sort", i === by ? (down ? "descending" : "ascending") : "none"));
    put(body, ordered.slice(0, most).map((row) => h("tr", columns.map((column) => h("td", { class: column.number ? "number" : null }, column.cell(row))))));
    put(more, rows.length > most ? h("button.button", { on: { click: () => ((most = Infinity), draw()) } }, say("web.table.all", { count: rows.length })) : null);
  }

  draw();
  return h("div.table-frame", { tabindex: 0, role: "region", "aria-label": caption }, h("table", h("caption.sr", caption), h("thead", h("tr", heads)), body), more);
}

/** @param {any} x @param {any} y */
function compare(x, y) {
  if (typeof x === "number" && typeof y === "number") return x - y;
  return String(x ?? "").localeCompare(String(y ?? ""));
}
