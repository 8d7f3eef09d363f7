// Every text is set as text: the pages' policy allows no way to make markup of a string.

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  element.append(...children);
  return element;
}

/** Sets a text only if it differs, so that nothing is drawn or read out anew. */
export function setText(element: Element | null | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

export const find = (root: ParentNode, selector: string) => root.querySelector<HTMLElement>(selector);
