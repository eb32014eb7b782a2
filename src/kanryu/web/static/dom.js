// @ts-check
// Elements out of plain data. Text is always text: nothing in this program turns a string into markup.

const SVG = "http://www.w3.org/2000/svg";
const LINKS = /^(https?:|#|\/(?!\/)|blob:|data:image\/png)/;

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * @param {Element} node
 * @param {Record<string, any>} given attributes; `on` holds listeners, `class` names, `data` data-attributes
 */
function dress(node, given) {
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("aria-")) {
      node.setAttribute(name, String(value));
      continue;
    }
    if (value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") for (const [key, text] of Object.entries(value)) node.setAttribute(`data-${key}`, String(text));
    else if (name === "style") for (const [key, text] of Object.entries(value)) /** @type {any} */ (node).style.setProperty(key, String(text));
    else if (name === "href" && !LINKS.test(String(value))) continue;
    else if (name.startsWith("on")) continue;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @param {Element} node @param {Child[]} children */
function fill(node, children) {
  for (const child of children.flat(4)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/**
 * An HTML element.
 * @param {string} tag name, with classes after dots: "p.lead"
 * @param {Record<string, any> | Child} [given]
 * @param {...any} children
 * @returns {any}
 */
export function h(tag, given, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(" ");
  if (given && typeof given === "object" && !(given instanceof Node) && !Array.isArray(given)) dress(node, given);
  else children.unshift(given);
  fill(node, children);
  return node;
}

/**
 * An SVG element.
 * @param {string} tag @param {Record<string, any>} [given] @param {...any} children
 * @returns {any}
 */
export function s(tag, given = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElementNS(SVG, name);
  if (classes.length) node.setAttribute("class", classes.join(" "));
  dress(node, given);
  fill(node, children);
  return node;
}

/** Replace what is inside `node`. @param {Element} node @param {...any} children */
export function put(node, ...children) {
  node.replaceChildren();
  fill(node, children);
  return node;
}

/** A link inside the page keeps the address as the only state. @param {string} href @param {Record<string, any>} given @param {...any} children */
export function a(href, given, ...children) {
  const outside = /^https?:/.test(href);
  return h("a", { href, ...(outside ? { rel: "noopener noreferrer", target: "_blank" } : {}), ...given }, ...children);
}

/** The host of an address, for showing beside a source. @param {string} url */
export function hostOf(url) {
  try {
    return new URL(url).hostname.replace(/^www\./, "");
  } catch {
    return url;
  }
}
