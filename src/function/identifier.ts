import { sha256Hex } from '../sha256.js';

/** A name of the catalogue as part of an identifier: `hard-sigmoid` is `hard_sigmoid`, `d tanh` is `d_tanh`. */
export function identifierOf(name: string): string {
  return name.replaceAll(/[- ]+/g, '_');
}

/** Kernels are called after their function and their formats, which take up to 17 more characters. */
const LONGEST = 32;

/** How the signs of an expression are spoken. A product is spoken as its factors, one after the other. */
const SPOKEN: Readonly<Record<string, string>> = {
  '+': 'plus',
  '-': 'minus',
  '/': 'over',
  '^': 'pow',
  '<': 'less',
  '>': 'more',
  '?': 'then',
  ':': 'else',
};
const isSign = (token: string): boolean => Object.hasOwn(SPOKEN, token);

/**
 * A name for kernels of an expression, or of a derivative of one, that reads as the expression does:
 * `x*tanh(log1p(exp(x)))` is `x_tanh_log1p_exp_x`, `d x*tanh(x)` is `d_x_tanh_x`. Where the expression can't be read
 * back from it, since it was too long or since parentheses end before the end, six digits of a hash make the name its
 * own: `tanh(x)*x` is `tanh_x_x_…`.
 */
export function identifierOfText(text: string): string {
  const [, prefix, expression] = /^((?:d )*)(.*)$/s.exec(text) ?? ['', '', text];
  const tokens = expression.replaceAll('**', '^').match(TOKEN) ?? [];
  const words = tokens.filter((token) => /[\w.]/.test(token) || isSign(token));
  const spoken = words.map(speak).join('_');
  const name = `${identifierOf(prefix)}${/^[A-Za-z]/.test(spoken) ? '' : 'f_'}${spoken}`;
  if (readBack(words) === tokens.join('') && name.length <= LONGEST) return name;
  const hash = sha256Hex(`${prefix}${tokens.join(' ')}`).slice(0, 6);
  return `${beginning(name, LONGEST - hash.length - 1)}_${hash}`;
}

/** Numbers, names and signs. */
const TOKEN = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\S/g;

/** `1.5e-3` is `1p5em3`; names lose their underscores, so that `log_sigmoid(x)` is not `log(sigmoid(x))`. */
function speak(word: string): string {
  return isSign(word)
    ? SPOKEN[word]
    : word.replaceAll('_', '').replace('.', 'p').replace('-', 'm').replace('+', '');
}

/** The expression that the words of a name stand for, if each function takes all that follows. */
function readBack(words: readonly string[]): string {
  let text = '';
  let open = 0;
  words.forEach((word, i) => {
    const isFactor = i > 0 && !isSign(word) && !isSign(words[i - 1]) && !text.endsWith('(');
    const isFunction = /^[A-Za-z_]/.test(word) && !CONSTANTS.has(word);
    text += `${isFactor ? '*' : ''}${word}${isFunction ? '(' : ''}`;
    if (isFunction) open++;
  });
  return text + ')'.repeat(open);
}

/** Names in expressions that take no argument. */
const CONSTANTS = new Set(['x', 'e', 'pi']);

/** As many whole words of a name as there is room for, or else its first letters. */
function beginning(name: string, room: number): string {
  if (name.length <= room) return name.replace(/_$/, '');
  const whole = name.slice(0, name.lastIndexOf('_', room));
  return (whole === '' ? name.slice(0, room) : whole).replace(/_$/, '');
}
