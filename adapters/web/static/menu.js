/** The menu: choosing an entry is like pressing a button in the conversation. The browser opens and closes it. */

/**
 * @param {HTMLElement} menu  a popover of role `menu`; each entry names its kind of action
 * @param {HTMLElement} button  opens it
 * @param {(action: {kind: string, label: string}) => void} onpress
 */
export function setUpMenu(menu, button, onpress) {
  const entries = [...menu.querySelectorAll("[role=menuitem]")];

  menu.addEventListener("toggle", ({ newState }) => {
    button.ariaExpanded = String(newState === "open");
    if (newState === "open") entries[0].focus();
  });

  menu.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return menu.hidePopover();
    const at = entries.indexOf(document.activeElement);
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    entries.at(steps[event.key] % entries.length).focus();
  });

  menu.addEventListener("click", ({ target }) => {
    const entry = target.closest("[role=menuitem]");
    if (!entry || entry.ariaDisabled === "true") return;
    menu.hidePopover();
    button.focus({ preventScroll: true });
    onpress({ kind: entry.dataset.kind, label: entry.textContent.trim() });
  });
}
