/** Attached to the current tab of a bar: scrolls the bar sideways, so that the tab is in the middle of a narrow screen. */
export function currentTab(tab: HTMLElement): void {
  const bar = tab.parentElement;
  if (bar === null) return;
  const middle = (element: HTMLElement) => {
    const { left, width } = element.getBoundingClientRect();
    return left + width / 2;
  };
  bar.scrollLeft += middle(tab) - middle(bar);
}
