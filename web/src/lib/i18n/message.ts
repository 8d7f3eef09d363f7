/** A text, or one text for each plural category of `count` (`Intl.PluralRules`). */
export type Message = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);

export type Params = Record<string, string | number>;

/** Fills `{name}` with the parameter of that name; a number is written as the language does. */
export function formatMessage(message: Message, params: Params, locale: string): string {
  let text: string;
  if (typeof message === 'string') {
    text = message;
  } else {
    const count = params['count'];
    const category = typeof count === 'number' ? new Intl.PluralRules(locale).select(count) : 'other';
    text = message[category] ?? message.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  });
}
