// A phone needs milliseconds to make a format of `Intl`, and pages show some texts again each second. So formats are kept.
const formats = new Map<string, unknown>();

/** Returns the format with this key. Makes it if this is the first call with the key. */
export function kept<Format>(key: string, make: () => Format): Format {
  let format = formats.get(key) as Format | undefined;
  if (format === undefined) formats.set(key, (format = make()));
  return format;
}

/** Returns the format of numbers for the language with this tag. */
export function numberFormat(tag: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return kept(`number ${tag} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(tag, options));
}
