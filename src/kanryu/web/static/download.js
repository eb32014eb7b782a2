// @ts-check
// Every view gives its data (CSV, JSON) and its picture (SVG, PNG). Text from a ledger is data here too.
import { h } from "kanryu/dom";
import { say } from "kanryu/words";

/** A cell that no spreadsheet takes for a formula. @param {any} value */
export function cell(value) {
  let text = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
  if (/^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) text = `'${text}`;
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** CSV with a byte-order mark, so that Excel shows Japanese. @param {any[]} rows */
export function csv(rows) {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return "\ufeff" + [names.map(cell).join(","), ...rows.map((row) => names.map((name) => cell(row[name])).join(","))].join("\r\n") + "\r\n";
}

/** @param {string} name @param {Blob} content */
export function save(name, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "fill-opacity", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "visibility", "display"];

/** The drawing with its looks written into it, on its paper. @param {SVGSVGElement} drawing */
export function svgText(drawing) {
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const [from, to] = [drawing.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((node, i) => {
    const style = getComputedStyle(node);
    if (["title", "desc"].includes(node.tagName)) return;
    for (const look of LOOKS) {
      const value = style.getPropertyValue(look);
      if (value && value !== "normal") to[i].setAttribute(look, value);
    }
    for (const name of ["class", "tabindex", "role", "data-key", "data-id"]) to[i].removeAttribute(name);
  });
  copy.querySelectorAll(".touch,.reach").forEach((node) => node.remove());
  const box = drawing.viewBox.baseVal;
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ x: box.x, y: box.y, width: box.width, height: box.height, fill: getComputedStyle(document.body).backgroundColor })) paper.setAttribute(name, String(value));
  copy.prepend(paper);
  copy.removeAttribute("class");
  copy.setAttribute("width", String(box.width));
  copy.setAttribute("height", String(box.height));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}`;
}

/** @param {SVGSVGElement} drawing @returns {Promise<Blob>} */
export async function pngOf(drawing) {
  const box = drawing.viewBox.baseVal;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(drawing))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = box.width * 2;
  canvas.height = box.height * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => canvas.toBlob((made) => (made ? done(made) : fail(new Error("png"))), "image/png"));
}

/** @param {{name: string, rows?: () => any[], json?: () => any, svg?: () => SVGSVGElement | null}} what */
export function downloads(what) {
  const file = (/** @type {string} */ end) => `kanryu-${what.name}.${end}`;
  const button = (/** @type {string} */ end, /** @type {() => any} */ act) => h("button.download", { on: { click: act } }, end.toUpperCase());
  const { rows, json, svg } = what;
  return h("p.downloads", h("span", say("web.download.label")),
    rows ? button("csv", () => save(file("csv"), new Blob([csv(rows())], { type: "text/csv" }))) : null,
    json ? button("json", () => save(file("json"), new Blob([JSON.stringify(json(), null, 1)], { type: "application/json" }))) : null,
    svg ? button("svg", () => { const drawing = svg(); if (drawing) save(file("svg"), new Blob([svgText(drawing)], { type: "image/svg+xml" })); }) : null,
    svg ? button("png", async () => { const drawing = svg(); if (drawing) save(file("png"), await pngOf(drawing)); }) : null);
}
