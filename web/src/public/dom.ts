// All texts are inserted as text, because the pages' content security policy does not allow the conversion of a string
// to markup.

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

/** Sets a text only if it differs, so that an unchanged text is neither drawn nor announced again. */
export function setText(element: Element | null | undefined, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}

export const find = (root: ParentNode, selector: string) => root.querySelector<HTMLElement>(selector);
