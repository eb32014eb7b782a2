// @ts-check
// The page's twin of the program's number formats: the same table of rules, the same answers (a test compares them).
import { lang, say } from "kanryu/words";

/** @type {{steps: Record<string, [number, string][]>, currencies: Record<string, Record<string, string>>}} */
let rules = { steps: { en: [], ja: [] }, currencies: { en: {}, ja: {} } };

let home = "USD";

/** The currency of the case that is looked at: amounts without one of their own are in it. @param {string} currency */
export function useCurrency(currency) {
  home = currency;
}

/** @param {any} given the table of `report.numbers.rules` */
export function useRules(given) {
  rules = given;
}

/** Round half to even at `decimals`, as Python does. @param {number} value @param {number} decimals */
function fixed(value, decimals) {
  const text = value.toFixed(decimals);
  const tie = Math.abs(value * 10 ** decimals - Math.trunc(value * 10 ** decimals)) === 0.5;
  if (!tie) return text;
  const down = Math.trunc(value * 10 ** decimals);
  return ((down % 2 ? down + Math.sign(value) : down) / 10 ** decimals).toFixed(decimals);
}

/** Three significant digits, ties to even, as Python rounds. @param {number} value */
function significant(value) {
  const power = Math.floor(Math.log10(Math.abs(value))) - 2;
  const scaled = power >= 0 ? value / 10 ** power : value * 10 ** -power;
  const whole = Math.trunc(scaled);
  if (Math.abs(scaled - whole) !== 0.5) return Number(value.toPrecision(3));
  const even = whole % 2 ? whole + Math.sign(value) : whole;
  return power >= 0 ? even * 10 ** power : even / 10 ** -power;
}

/** @param {string} digits */
function grouped(digits) {
  const [whole, part] = digits.split(".");
  return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") + (part === undefined ? "" : `.${part}`);
}

/** @param {number} value */
function threeDigits(value) {
  if (value === 0) return "0";
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const text = Math.abs(value) < 1000 ? grouped(fixed(value, decimals)) : grouped(fixed(value, 0));
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

/** @param {number} value @param {string} tongue @returns {[string, string]} */
function scaled(value, tongue) {
  if (value && Number.isFinite(value)) value = significant(value);
  for (const [size, unit] of rules.steps[tongue]) if (Math.abs(value) >= size) return [threeDigits(value / size), unit];
  return [threeDigits(value), ""];
}

/** @param {any} value @returns {number | null} a finite number, or null for what is not known */
export function num(value) {
  if (value === null || value === undefined || value === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** One amount of whole currency. @param {any} value @param {string} [currency] */
export function money(value, currency = home) {
  const known = num(value);
  if (known === null) return say("numbers.unknown");
  const tongue = lang();
  let [digits, unit] = scaled(known, tongue);
  const sign = rules.currencies[tongue][currency];
  if (tongue === "ja") return digits + unit + (sign !== undefined ? sign : currency ? ` ${currency}` : "");
  let minus = "";
  if (digits.startsWith("-")) [minus, digits] = ["-", digits.slice(1)];
  return sign ? `${minus}${sign}${digits}${unit}` : `${minus}${digits}${unit}${currency ? ` ${currency}` : ""}`;
}

/**
 * An amount between limits; `central` is named when it differs from both.
 * @param {any} lowGiven @param {any} highGiven @param {any} [centralGiven] @param {string} [currency]
 */
export function moneyRange(lowGiven, highGiven, centralGiven = null, currency = home) {
  const [low, high, central] = [num(lowGiven), num(highGiven), num(centralGiven)];
  if (low === null && high === null) return central !== null ? money(central, currency) : say("numbers.unknown");
  if (high === null) {
    if (!low) return central ? say("numbers.about_open", { value: money(central, currency) }) : say("numbers.unknown");
    const [least, middle] = [money(low, currency), central === null ? null : money(central, currency)];
    const text = say("numbers.at_least", { value: least });
    return middle === null || middle === least ? text : say("numbers.with_central", { range: text, central: middle });
  }
  const [first, last] = [money(low ?? 0, currency), money(high, currency)];
  let text;
  if (first === last) text = last;
  else if (!low) text = say("numbers.up_to", { value: last });
  else if (lang() === "ja") text = scaled(low, "ja").join("") + "～" + last;
  else text = `${first}–${last}`;
  if (central !== null) {
    const middle = money(central, currency);
    if (middle !== first && middle !== last) text = say("numbers.with_central", { range: text, central: middle });
  }
  return text;
}

/** An amount of a record with range and basis. @param {any} amount */
export function amountText(amount) {
  if (!amount) return say("numbers.unknown");
  const text = moneyRange(amount.low, amount.high, amount.central, amount.currency ?? home);
  const unknown = num(amount.low) === null && num(amount.central) === null && num(amount.high) === null;
  if (unknown || !amount.basis || amount.basis === "total") return text;
  return say("numbers.with_basis", { value: text, basis: say(`numbers.basis.${amount.basis}`) });
}

/** The figure to draw with: central, else the middle of a range, else the only limit. @param {any} amount */
export function drawn(amount) {
  const [low, central, high] = [num(amount?.low), num(amount?.central), num(amount?.high)];
  if (central !== null) return central;
  if (low !== null && high !== null) return (low + high) / 2;
  return low ?? high;
}

/** An interval of money. @param {any} given {low, central, high} @param {string} [currency] */
export function intervalText(given, currency = home) {
  return given ? moneyRange(given.low, given.high, given.central, currency) : say("numbers.unknown");
}

/** A share in [0, 1] as percent. @param {any} given */
export function share(given) {
  const value = num(given);
  if (value === null) return say("numbers.unknown");
  const percent = 100 * value;
  if (percent && Math.abs(percent) < 1) return Math.abs(percent) < 0.95 ? `${Number(percent.toPrecision(1))}%` : "1%";
  if (percent > 99 && percent < 100) return `${fixed(Math.min(percent, 99.9), 1)}%`;
  return `${fixed(percent, 0)}%`;
}

/** A share between limits. @param {any} low @param {any} high */
export function shareRange(low, high) {
  if (num(low) === null && num(high) === null) return say("numbers.unknown");
  const [first, last] = [share(num(low) ?? 0), share(num(high) ?? 1)];
  return first === last ? last : first.slice(0, -1) + (lang() === "ja" ? "～" : "–") + last;
}

/** A whole number. @param {number} value */
export function count(value) {
  return grouped(String(value));
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A partial date ({text, precision, first}) or an ISO text, never more precise than its source. @param {any} given */
export function day(given) {
  if (!given) return say("numbers.no_date");
  const text = typeof given === "string" ? given : given.text;
  const exact = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(text);
  const part = /^(\d{4})-?([QH])([1-4])$/.exec(text);
  const ja = lang() === "ja";
  if (part) {
    const [, year, kind, which] = part;
    if (kind === "H") return ja ? `${year}年${which === "1" ? "上" : "下"}半期` : `H${which} ${year}`;
    const month = Number(which) * 3 - 2;
    return ja ? `${year}年${month}～${month + 2}月期` : `Q${which} ${year}`;
  }
  if (!exact) return text;
  const [, year, month, date] = exact;
  if (!month) return ja ? `${year}年` : year;
  if (!date) return ja ? `${year}年${Number(month)}月` : `${MONTHS[Number(month) - 1]} ${year}`;
  return ja ? `${year}年${Number(month)}月${Number(date)}日` : `${Number(date)} ${MONTHS[Number(month) - 1]} ${year}`;
}
