// The language of the page: the browser's, until another is chosen; the choice is remembered.

import en from "./language/en.js";
import zh from "./language/zh.js";
import { recall, remember } from "./memory.js";
import { details } from "./language/details.js";
import { problems } from "./language/problems.js";

const LANGUAGES = { en: { words: en, code: "en" }, zh: { words: zh, code: "zh-CN" } };
const KEY = "language";

let current = "en";
const listeners = [];

/** Return the words of `key` in the page's language, made from `values` where they need some. */
export function say(key, ...values) {
  const words = LANGUAGES[current].words[key];
  return typeof words === "function" ? words(...values) : words;
}

/** Whether there are words of this key. */
export function knows(key) {
  return key in LANGUAGES[current].words;
}

/** Return why there is no value or no text, as the server tells it in English, in the page's language. */
export function sayProblem(problem) {
  return current === "zh" ? problems(problem) : problem;
}

/** Return why a request was refused, as the server tells it in English, in the page's language. */
export function sayDetail(detail) {
  return current === "zh" ? details(detail) : detail.replace(/^(is|has) /, "it $1 ");
}

/** Return the page's language, "en" or "zh". */
export function language() {
  return current;
}

/** Call `listener` whenever the language has changed. */
export function onLanguage(listener) {
  listeners.push(listener);
}

/** Show the page in the remembered language, or else in the first of the browser's that it speaks. */
export function startLanguage() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      remember(KEY, button.dataset.language);
      speak(button.dataset.language);
    });
  }
  const preferred = navigator.languages.map((each) => each.slice(0, 2).toLowerCase());
  speak([recall(KEY), ...preferred].find((each) => each in LANGUAGES) ?? "en");
}

function speak(language) {
  current = language;
  document.documentElement.lang = LANGUAGES[language].code;
  document.title = say("title");
  translate(document);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  for (const listener of listeners) listener();
}

/** Put the words of the page's language into every element under `root` that names some. */
export function translate(root) {
  for (const each of root.querySelectorAll("[data-text]")) each.textContent = say(each.dataset.text);
  for (const each of root.querySelectorAll("[data-label]")) each.setAttribute("aria-label", say(each.dataset.label));
  for (const each of root.querySelectorAll("[data-placeholder]")) each.placeholder = say(each.dataset.placeholder);
}
