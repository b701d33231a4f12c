// What is known about the pictures: the controls above the answers, remembered from one visit to the next.

import { recall, remember } from "./memory.js";

const NAMES = ["kind", "alphabet", "length", "model", "case"];
const LENGTH = /^([1-9]\d{0,3})(-([1-9]\d{0,3}))?$/;
const PATIENCE = 500; // milliseconds without a keystroke after which what was typed counts

/** Fill in what is remembered, and call `changed` whenever something else is told. */
export function startOptions(changed) {
  const form = document.getElementById("options");
  for (const name of NAMES) {
    const control = form.elements.namedItem(name);
    const known = recall(`option.${name}`);
    if (control.type === "checkbox") control.checked = known !== null;
    else if (known !== null && control.tagName !== "SELECT") control.value = known;
    else if ([...(control.options ?? [])].some((option) => option.value === known)) control.value = known;
  }
  check();
  const known = document.getElementById("known");
  known.open = matchMedia("(min-width: 40rem)").matches || Object.keys(options()).length > 0;
  let told = JSON.stringify(options());
  let timer = 0;
  const settle = () => {
    clearTimeout(timer);
    if (!check()) return;
    const now = options();
    for (const name of NAMES) {
      // Until the server has told its models, none can be chosen, and the remembered one stays.
      if (form.elements.namedItem(name).options?.length !== 1) remember(`option.${name}`, now[name] ?? "");
    }
    if (JSON.stringify(now) !== told) changed();
    told = JSON.stringify(now);
  };
  form.addEventListener("submit", (event) => (event.preventDefault(), settle()));
  form.addEventListener("change", settle);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(settle, PATIENCE);
  });
}

/** Return what is told, by the names that the server has for it; what is wrong is left out. */
export function options() {
  const form = document.getElementById("options");
  const told = {};
  for (const name of NAMES) {
    const control = form.elements.namedItem(name);
    const value = control.type === "checkbox" ? (control.checked ? control.value : "") : control.value.trim();
    if (value && (name !== "length" || isLength(value))) told[name] = name === "length" ? spelled(value) : value;
  }
  return told;
}

/** Offer these models; with one or none there is nothing to choose. */
export function offerModels(names) {
  const select = document.getElementById("model");
  for (const name of names) select.append(new Option(name, name));
  const known = recall("option.model");
  if (names.includes(known)) select.value = known;
  document.getElementById("model-field").hidden = names.length < 2;
}

function isLength(text) {
  const found = spelled(text).match(LENGTH);
  return found !== null && (!found[3] || Number(found[1]) <= Number(found[3]));
}

/** Return a length as the server spells it, whichever dash and blanks were typed. */
function spelled(text) {
  return text.replace(/\s/g, "").replace(/[–—~～至－]/g, "-");
}

/** Say whether the length is one, also on the page. */
function check() {
  const field = document.getElementById("length");
  const right = !field.value.trim() || isLength(field.value);
  field.setAttribute("aria-invalid", String(!right));
  document.getElementById("length-wrong").hidden = right;
  return right;
}
