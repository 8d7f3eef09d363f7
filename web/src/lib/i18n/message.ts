import { kept, numberFormat } from './kept';

/** A text, or one text for each plural category of `count` (`Intl.PluralRules`). */
export type Message = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);

export type Params = Record<string, string | number>;

const pluralRules = (locale: string) => kept(`plural ${locale}`, () => new Intl.PluralRules(locale));

/** Returns the message with parameters in place of `{name}`. A number is written in the language's own format. */
export function formatMessage(message: Message, params: Params, locale: string): string {
  let text: string;
  if (typeof message === 'string') {
    text = message;
  } else {
    const count = params['count'];
    const category = typeof count === 'number' ? pluralRules(locale).select(count) : 'other';
    text = message[category] ?? message.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numberFormat(locale).format(value) : value;
  });
}
