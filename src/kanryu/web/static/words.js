// @ts-check
// Every sentence comes from the program's word tables; this file only fills in values.
import { words as fetchWords } from "kanryu/api";
import { read } from "kanryu/state";

/** @type {Record<string, Record<string, string>>} */
const tables = {};
let current = "en";

/** Load the words of a language and make it the current one. @param {string} lang */
export async function speak(lang) {
  tables[lang] ??= await fetchWords(lang);
  current = lang;
  document.documentElement.lang = lang;
}

export function lang() {
  return current;
}

/** @param {string} key @param {Record<string, any>} [values] */
export function say(key, values) {
  const text = tables[current]?.[key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole)) : text;
}

/** Whether there is a sentence. @param {string} key */
export function known(key) {
  return key in (tables[current] ?? {});
}

/** A sentence with nodes in its gaps. @param {string} key @param {Record<string, any>} values @returns {any[]} */
export function weave(key, values) {
  return (tables[current]?.[key] ?? key).split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    return name && name in values ? values[name] : part;
  });
}

/** The name of something that has name_en and name_ja. @param {any} thing */
export function nameOf(thing) {
  return (current === "ja" ? thing?.name_ja : thing?.name_en) || thing?.name_en || thing?.id || "";
}

/** The text of a {en, ja} pair. @param {any} pair */
export function pick(pair) {
  return typeof pair === "string" ? pair : pair?.[current] ?? pair?.en ?? "";
}

/** What a role is called in the case that is looked at. @param {string} role */
export function roleName(role) {
  const own = `web.role_${read().case}.${role}`;
  return known(own) ? say(own) : say(`${read().case === "ai" ? "web.role" : "web.role_any"}.${role}`);
}
