/** Returns whether one of the texts contains the search text. Case and accents do not matter. */
export function matches(search: string, ...texts: (string | null | undefined)[]): boolean {
  const wanted = plain(search.trim());
  return wanted === '' || texts.some((text) => text !== null && text !== undefined && plain(text).includes(wanted));
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
