// What the page remembers from one visit to the next; where the browser forbids it, it forgets.

const PREFIX = "suanshi.";

/** Return what was remembered under this name, or null. */
export function recall(name, store = "localStorage") {
  try {
    return window[store].getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Remember a text under this name; "" forgets it. */
export function remember(name, text, store = "localStorage") {
  try {
    if (text) window[store].setItem(PREFIX + name, text);
    else window[store].removeItem(PREFIX + name);
  } catch {
    // A private window may refuse.
  }
}
