// The characters of an answer over its picture: a box around each, and what was read and how surely above it.

import { element } from "./element.js";
import { say } from "./language.js";
import { percent } from "./verdict.js";

const NARROWEST = 26; // pixels of the screen between two characters' middles that a confidence above them needs
const LARGEST = 5; // times a small picture is enlarged
const TALL = [240, 440]; // pixels of the screen that a small picture fills, and that a large one is cut down to
const DOUBT = 0.9; // confidence below which a character is marked

/** Return a figure of an entry's picture with its characters. */
export function figure(entry) {
  const { answer, picture, url } = entry;
  const image = element("img", { src: url, alt: say("reading.alt", picture.name), draggable: "false" });
  const boxes = element("div", { class: "boxes", "aria-hidden": "true" });
  const sheet = element("div", { class: "sheet" }, image, boxes);
  const made = element("figure", { "data-layout": "list" });
  if (!answer?.characters.length) {
    made.append(sheet);
    watch(made, sheet, image, null);
    return made;
  }
  const list = element("ol", { class: "characters", "aria-label": say("reading.characters") });
  const items = [];
  const legend = element("figcaption");
  for (const character of answer.characters) {
    const doubtful = character.confidence < DOUBT;
    const box = element("i", { class: doubtful ? "box doubtful" : "box" });
    const item = element(
      "li",
      { class: doubtful ? "doubtful" : null },
      element("span", { class: "symbol" }, character.symbol),
      " ",
      element("span", { class: "percent" }, percent(character.confidence, 1).replace(/\s?%$/, "")),
    );
    item.addEventListener("pointerenter", () => box.classList.add("shown"));
    item.addEventListener("pointerleave", () => box.classList.remove("shown"));
    boxes.append(box);
    items.push(item);
    list.append(item);
    if (character.symbol === ";") list.append(element("li", { class: "line-end", "aria-hidden": "true" })); // a page's next line
  }
  made.append(list, sheet, legend);
  watch(made, sheet, image, { answer, list, items, boxes, legend });
  return made;
}

/** Place everything as soon as the picture's size is known, and anew whenever its width on the screen changes. */
function watch(made, sheet, image, parts) {
  const place = () => {
    const width = parts?.answer.width || image.naturalWidth;
    const height = parts?.answer.height || image.naturalHeight;
    if (!width || !height) return;
    const tall = Math.max(TALL[0], Math.min(height, TALL[1]));
    sheet.style.width = `${Math.round(width * Math.min(LARGEST, tall / height))}px`;
    sheet.style.aspectRatio = `${width} / ${height}`;
    if (parts) arrange(made, sheet, width, parts);
  };
  image.addEventListener("load", place);
  image.addEventListener("error", () => {
    made.dataset.layout = "list";
    made.classList.add("undrawable");
    sheet.replaceChildren(element("p", {}, say("reading.undrawable")));
    sheet.removeAttribute("style");
    if (parts) parts.legend.textContent = say("reading.legend.list");
  });
  new ResizeObserver(place).observe(made);
}

function arrange(made, sheet, width, { answer, list, items, boxes, legend }) {
  const { characters } = answer;
  const middles = characters.map((each) => (each.start + each.end) / 2);
  const steps = middles.slice(1).map((middle, index) => middle - middles[index]);
  // The characters of a page's lines come one line after the other, and so start at the left again.
  const oneLine = steps.every((step) => step > 0);
  const scale = sheet.clientWidth / width;
  const fits = oneLine && Math.min(...steps, width) * scale >= NARROWEST && !made.classList.contains("undrawable");
  made.dataset.layout = fits ? "over" : "list";
  boxes.dataset.lines = oneLine ? "one" : "several";
  legend.textContent = say(fits ? "reading.legend" : "reading.legend.list");
  list.style.width = fits ? `${sheet.clientWidth}px` : "";
  characters.forEach((each, index) => {
    const box = boxes.children[index].style;
    box.left = `${(each.start / width) * 100}%`;
    box.width = `${((each.end - each.start) / width) * 100}%`;
    items[index].style.left = fits ? `${(middles[index] / width) * 100}%` : "";
  });
}
