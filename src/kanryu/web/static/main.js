// @ts-check
// The frame around every view: header, navigation, footer; which view is shown is read off the address.
import { get, takeToken } from "kanryu/api";
import { a, h, put } from "kanryu/dom";
import { failed, waiting } from "kanryu/notices";
import { useRules } from "kanryu/numbers";
import { go, href, inFile, listen, read, start, tell } from "kanryu/state";
import { applyTheme, isNight, turnTheme } from "kanryu/theme";
import { nameOf, say, speak } from "kanryu/words";
import { slider } from "kanryu/slider";

const NAVIGATION = ["front", "map", "loops", "company", "deal", "compare", "break", "market", "machine", "essays", "facts", "method"];
const NEEDS = { break: "stress", market: "market", machine: "machine", compare: "compare" };
const WITH_TIME = ["front", "map", "loops", "company", "deal", "break", "market"];

/** @type {any} */
let site = null;
/** @type {{key: string, stop?: () => void, update?: (state: any) => void} | null} */
let shown = null;
let turn = 0;
const main = h("main", { id: "main", tabindex: -1 });
const top = h("header.top");
const foot = h("footer.foot");
const time = h("div.time-place");

async function boot() {
  takeToken();
  const root = /** @type {HTMLElement} */ (document.getElementById("kanryu"));
  applyTheme();
  try {
    const [given] = await Promise.all([get("site"), speak(read().lang)]);
    site = given;
    useRules(site.numbers);
    if (!read().case) history.replaceState(null, "", href({ case: site.case }));
  } catch (error) {
    put(root, h("main.alone", failed(error, () => location.reload())));
    return;
  }
  put(root, h("a.skip", { href: "#main", on: { click: (/** @type {Event} */ e) => (e.preventDefault(), main.focus()) } }, say("web.skip")), top, main, time, foot);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => tell());
  start();
  listen(render);
  await render(read());
}

/** @param {any} state */
async function render(state) {
  const mine = ++turn;
  applyTheme();
  if (document.documentElement.lang !== state.lang || !known(state)) await speak(state.lang);
  if (!state.case) return go({ case: site.case }, { replace: true });
  document.title = `${state.view === "front" ? "" : say(`web.nav.${state.view}`) + " · "}${say("web.title")}`;
  put(top, header(state));
  const here = top.querySelector("[aria-current=page]");
  const strip = here?.parentElement;
  if (here && strip) strip.scrollLeft = /** @type {HTMLElement} */ (here).offsetLeft - strip.offsetLeft - strip.clientWidth / 3;
  put(foot, footer());
  const key = [state.view, state.lang, state.case, isNight()].join("|");
  document.body.dataset.view = state.view;
  showTime(state);
  if (shown?.key === key && shown.update) return shown.update(state);
  shown?.stop?.();
  shown = { key };
  const wait = setTimeout(() => mine === turn && put(main, waiting()), 160);
  try {
    const view = await import(`kanryu/views/${state.view}`);
    const made = h(`div.view.${state.view}`);
    const handle = await view.show(made, state, site);
    clearTimeout(wait);
    if (mine !== turn) return handle?.stop?.();
    put(main, made);
    shown = { key, ...(handle ?? {}) };
    handle?.placed?.();
  } catch (error) {
    clearTimeout(wait);
    if (mine === turn) put(main, failed(error, () => ((shown = null), tell())));
  } finally {
    if (mine === turn) main.dataset.ready = `${state.view}|${state.lang}|${turn}`;
  }
}

/** @param {any} state */
function known(state) {
  return say("web.title") !== "web.title" && document.documentElement.lang === state.lang;
}

/** @type {{key: string, update: (state: any) => void} | null} */
let clock = null;
/** @param {any} state */
function showTime(state) {
  const key = `${state.case}|${state.lang}`;
  time.hidden = !WITH_TIME.includes(state.view);
  if (clock?.key === key) return clock.update(state);
  const made = slider(state);
  clock = { key, update: made.update };
  put(time, made.element);
}

/** @param {any} state */
function header(state) {
  const cases = site.cases.some((/** @type {any} */ c) => c.id === state.case) ? site.cases : [...site.cases, { id: state.case, title_en: say("web.own_case"), title_ja: say("web.own_case") }];
  const links = NAVIGATION.filter((view) => !(view in NEEDS) || site.parts.includes(NEEDS[/** @type {keyof typeof NEEDS} */ (view)]));
  const other = state.lang === "ja" ? "en" : "ja";
  return [
    a(href({ view: "front" }), { class: "logo", "aria-label": say("web.title") }, h("b", "還流"), h("span", "kanryu")),
    h("nav", { "aria-label": say("web.nav.label") }, links.map((view) => a(href({ view }), { "aria-current": state.view === view ? "page" : null }, say(`web.nav.${view}`)))),
    h("div.tools",
      cases.length > 1 && !inFile ? h("select", { "aria-label": say("web.choose_case"), on: { change: (/** @type {any} */ e) => go({ case: e.target.value, t: "", known: "", loop: "", entity: "", deal: "" }) } },
        cases.map((/** @type {any} */ c) => h("option", { value: c.id, selected: c.id === state.case }, nameOf({ name_en: c.title_en, name_ja: c.title_ja })))) : null,
      h("button.tool", { "aria-label": say(isNight() ? "web.theme.paper" : "web.theme.night"), title: say(isNight() ? "web.theme.paper" : "web.theme.night"), on: { click: turnTheme } }, isNight() ? "☀" : "☾"),
      a(href({ lang: other }), { class: "tool", lang: other, hreflang: other }, other === "ja" ? "日本語" : "English")),
  ];
}

function footer() {
  return h("p", say("web.footer"), " ", a(href({ view: "method" }), {}, say("web.footer_method")), " ", inFile ? say("web.footer_file") : say("web.footer_local"), ` · kanryu ${site.version}`);
}

boot();
