// @ts-check
// Where answers come from: the server's API, or the data packed into a published file. Every answer is checked
// before it is drawn; a check that fails says what was expected.
import { inFile, read } from "kanryu/state";

/** An answer that did not come, with something to do. */
export class ApiError extends Error {
  /** @param {number} status @param {{code: string, message: string, hint?: string}} body @param {any[]} [problems] */
  constructor(status, body, problems = []) {
    super(body.message);
    this.status = status;
    this.code = body.code;
    this.hint = body.hint ?? "";
    this.problems = problems;
  }
}

/** @type {Map<string, Promise<any>>} */
const kept = new Map();
/** @type {Promise<Record<string, any>> | null} */
let packed = null;
let token = "";

export function takeToken() {
  const given = /[#&]token=([\w-]+)/.exec(location.hash)?.[1];
  if (given) sessionStorage.setItem("kanryu-token", given);
  token = sessionStorage.getItem("kanryu-token") ?? "";
  if (given) history.replaceState(null, "", location.pathname + location.search);
}

function headers() {
  return { Accept: "application/json", "Accept-Language": read().lang, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
}

/** The data of a published file: one JSON object, zipped. */
async function unpack() {
  const text = document.getElementById("kanryu-data")?.textContent?.trim() ?? "";
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** @param {string} path @param {Record<string, any>} [query] */
export function addressOf(path, query = {}) {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(entries.sort(([x], [y]) => (x < y ? -1 : 1)).map(([k, v]) => [k, String(v)])).toString();
  return path + (text ? `?${text}` : "");
}

/**
 * One answer of the API.
 * @param {string} path under /api/v1 @param {Record<string, any>} [query] @param {(value: any) => any} [check]
 */
export function get(path, query = {}, check) {
  const key = addressOf(path, query);
  let answer = kept.get(key);
  if (!answer) {
    answer = inFile ? fromFile(key) : fromServer(key);
    kept.set(key, answer);
    answer.catch(() => kept.delete(key));
    if (kept.size > 400) kept.delete(/** @type {string} */ (kept.keys().next().value));
  }
  return check ? answer.then((body) => check(body.result)) : answer.then((body) => body.result);
}

/** The whole envelope, with its problems. @param {string} path @param {Record<string, any>} [query] */
export async function whole(path, query = {}) {
  await get(path, query);
  return kept.get(addressOf(path, query));
}

/** @param {string} key */
async function fromFile(key) {
  packed ??= unpack();
  const data = await packed;
  if (!(key in data)) throw new ApiError(404, { code: "not-in-file", message: "", hint: "" });
  return { ok: true, problems: [], ...(Object.hasOwn(data[key], "result") ? data[key] : { result: data[key] }) };
}

/** @param {string} key */
async function fromServer(key) {
  let answer;
  try {
    answer = await fetch(`/api/v1/${key}`, { headers: headers() });
  } catch {
    throw new ApiError(0, { code: "no-server", message: "", hint: "" });
  }
  return bodyOf(answer);
}

/** @param {Response} answer */
async function bodyOf(answer) {
  let body;
  try {
    body = await answer.json();
  } catch {
    throw new ApiError(answer.status, { code: "not-json", message: `HTTP ${answer.status}` });
  }
  if (!answer.ok || body.error) throw new ApiError(answer.status, body.error ?? { code: "error", message: `HTTP ${answer.status}` }, body.problems ?? []);
  return body;
}

/** The word table of a language. @param {string} lang */
export function words(lang) {
  return get(`words/${lang}`);
}

/** A measure of the case that is looked at, on the days that are looked at. @param {string} measure @param {Record<string, any>} [query] @param {(value: any) => any} [check] */
export function ask(measure, query = {}, check) {
  return get(`cases/${encodeURIComponent(read().case)}/${measure}`, query, check);
}

/** Send a file of the reader; it stays in the memory of this machine. @param {File} file */
export async function upload(file) {
  const answer = await fetch(`/api/v1/uploads?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { ...headers(), "Content-Type": "application/octet-stream" },
    body: file,
  });
  return bodyOf(answer);
}

/** Forget an own case. @param {string} id */
export async function forget(id) {
  return bodyOf(await fetch(`/api/v1/uploads/${encodeURIComponent(id)}`, { method: "DELETE", headers: headers() }));
}

/**
 * Start long work and hear of its progress; the promise ends with the result.
 * @param {string} path @param {Record<string, any>} query
 * @param {(step: {done: number, of: number, note: string}) => void} onStep @param {AbortSignal} signal
 */
export async function longWork(path, query, onStep, signal) {
  const answer = await fetch(`/api/v1/${addressOf(path, query)}`, { headers: { ...headers(), Accept: "text/event-stream" }, signal });
  if (!answer.ok || !answer.body) return bodyOf(answer);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new ApiError(0, { code: "no-server", message: "", hint: "" });
    rest += value;
    const parts = rest.split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const kind = /^event: (.*)$/m.exec(part)?.[1];
      const data = JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? "null");
      if (kind === "step") onStep(data);
      if (kind === "result") return data;
      if (kind === "failed") throw new ApiError(500, data.error);
    }
  }
}

/** A file of the server, with the token if there is one. @param {string} path @param {Record<string, any>} query */
export async function blob(path, query) {
  const answer = await fetch(`/api/v1/${addressOf(path, query)}`, { headers: headers() });
  if (!answer.ok) return bodyOf(answer);
  return answer.blob();
}

/**
 * Check a record field by field: names with a kind, "?" where null may stand.
 * @param {Record<string, string>} fields @param {string} what
 * @returns {(value: any) => any}
 */
export function shape(fields, what) {
  return (value) => {
    for (const [name, kind] of Object.entries(fields)) {
      const found = value?.[name];
      if (kind.endsWith("?") && (found === null || found === undefined)) continue;
      const wanted = kind.replace("?", "");
      const fits = wanted === "list" ? Array.isArray(found) : typeof found === wanted;
      if (!fits) throw new ApiError(0, { code: "shape", message: `${what}.${name}: ${wanted} expected, found ${found === null ? "null" : typeof found}` });
    }
    return value;
  };
}
