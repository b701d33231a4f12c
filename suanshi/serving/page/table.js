// Several pictures as a table; choosing a row shows its picture above.

import { element } from "./element.js";
import { say, sayProblem } from "./language.js";
import { duration, percent, verdict } from "./verdict.js";

const MARKS = { sure: "✓", unsure: "?", nothing: "–", failed: "!" };

/** Return a row of the table about an entry; `show(entry)` is called when it is chosen. */
export function row(entry, chosen, show) {
  const { picture, url, state, answer, refusal, milliseconds } = entry;
  const judged = verdict(entry);
  const button = element(
    "button",
    { type: "button", "aria-label": say("table.show", picture.name), "aria-current": chosen ? "true" : null, onclick: () => show(entry) },
    element("span", { class: "thumb" }, element("img", { src: url, alt: "", loading: "lazy", onerror: (event) => event.target.remove() })),
    element("span", {}, picture.name),
  );
  const made = element("tr", { class: chosen ? "chosen" : null }, element("th", { scope: "row" }, button));
  if (state === "failed") {
    made.append(element("td", { class: "wrong", colspan: "2" }, refusal.message));
  } else {
    const nothing = answer && !answer.text ? say("nothing") : "";
    made.append(
      element("td", { class: answer?.text ? "mono" : "muted" }, answer ? answer.text || nothing : "…"),
      element("td", answer?.value ? { class: "mono" } : { class: "muted" }, answer?.value ?? (answer?.text && answer.problem ? sayProblem(answer.problem) : "")),
    );
  }
  made.append(
    element("td", {}, judged ? element("span", { class: `mark ${judged}`, role: "img", "aria-label": say(judged), title: say(judged) }, MARKS[judged]) : ""),
    element("td", { class: "wide number" }, answer?.text ? percent(answer.confidence) : ""),
    element("td", { class: "wide number" }, answer ? duration(milliseconds) : ""),
  );
  made.addEventListener("click", (event) => {
    if (!event.target.closest("button") && !getSelection().toString()) show(entry);
  });
  return made;
}
