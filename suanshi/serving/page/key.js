// The key that a server may ask for: kept for this tab, and no longer.

import { recall, remember } from "./memory.js";

let asking = null; // the promise of the key that is being asked for: many pictures wait for one answer

/** Return the key that was given, or null. */
export function key() {
  return recall("key", "sessionStorage");
}

/** Ask for the key, once for all who wait, and say whether one was given; `wrong` is the key that was refused, or null. */
export function askKey(wrong) {
  if (wrong !== key()) return Promise.resolve(true); // another one has been given since
  asking ??= ask(wrong !== null).finally(() => (asking = null));
  return asking;
}

function ask(wrong) {
  const dialog = document.getElementById("key");
  const value = document.getElementById("key-value");
  document.getElementById("key-wrong").hidden = !wrong;
  value.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  value.focus();
  document.getElementById("key-cancel").onclick = () => dialog.close("");
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const given = dialog.returnValue === "use" && value.value !== "";
        if (given) remember("key", value.value, "sessionStorage");
        resolve(given);
      },
      { once: true },
    );
  });
}
