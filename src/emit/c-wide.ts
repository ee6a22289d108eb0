import { cast, cTypeOf, literalText, typed, type CNeeds, type CWritten } from './c-type.js';
import { widthFor } from './machine-type.js';
import type { Program, Value } from './program.js';
import { atom, inside, other, type Operand } from './written.js';

/** Operations on integers of up to 128 bits, which C99 has no type for: functions on a struct of two words. */
export function cWide({ name }: Program, needs: CNeeds) {
  const call = (called: string, ...parts: readonly string[]): CWritten => {
    needs.wide = true;
    return typed(atom(`${name}_${called}(${parts.join(', ')})`), 'wide');
  };
  const literal = (value: bigint): CWritten =>
    call('wide', literalText(value >> 64n), `UINT64_C(${BigInt.asUintN(64, value)})`);

  /** An operand as two words. */
  const widened = (operand: Value, of: Operand<CWritten>): string => {
    if (operand.operation.kind === 'constant') return literal(operand.operation.value).text;
    const written = of(operand);
    if (written.type === 'wide') return written.text;
    return call(operand.interval.hi >= 1n << 63n ? 'wide_unsigned' : 'wide_signed', written.text).text;
  };

  const write = (value: Value, of: Operand<CWritten>): CWritten => {
    const written = writeWide(value, of);
    const type = cTypeOf(value);
    if (written.type !== 'wide' || type === 'wide') return written;
    const word = typed(call('wide_word', written.text), 64);
    return type === 32 ? cast(word, 32) : word;
  };

  const writeWide = (value: Value, of: Operand<CWritten>): CWritten => {
    const { operation } = value;
    const as = (operand: Value) => widened(operand, of);
    const int = (operand: Value) => `(int)${inside(of(operand), 'atom')}`;
    switch (operation.kind) {
      case 'add':
      case 'subtract':
      case 'multiply':
      case 'min':
      case 'max':
        return call(`wide_${operation.kind}`, as(operation.left), as(operation.right));
      case 'select': {
        const condition = inside(of(operation.condition), 'atom');
        return typed(other(`${condition} ? ${as(operation.yes)} : ${as(operation.no)}`), 'wide');
      }
      case 'negate':
        return call('wide_subtract', literal(0n).text, as(operation.value));
      case 'shiftLeft':
        return call('wide_shift_left', as(operation.value), String(operation.by));
      case 'shiftRight':
        return call('wide_shift_right', as(operation.value), String(Math.min(operation.by, 127)));
      case 'shiftLeftBy':
        return call('wide_shift_left', as(operation.value), int(operation.amount));
      case 'shiftRightBy':
        return call('wide_shift_right', as(operation.value), int(operation.amount));
      case 'lowBits':
        return call('wide_low_bits', as(operation.value), String(operation.bits));
      case 'compare': {
        const [left, right] = [as(operation.left), as(operation.right)];
        const less = (a: string, b: string) => typed(call('wide_less', a, b), 'small');
        if (operation.relation === '<') return less(left, right);
        if (operation.relation === '==') return typed(call('wide_equal', left, right), 'small');
        const inverse = operation.relation === '<=' ? less(right, left) : less(left, right);
        return typed(other(`!${inverse.text}`), 'small');
      }
      case 'bitLength':
        needs.bitLengths.add(64);
        return typed(call('wide_bit_length', as(operation.value)), 32);
      case 'search':
        needs.searches.set(operation.table, operation.column);
        return typed(atom(`${name}_search_${operation.table.name}(${as(operation.value)})`), 32);
      default:
        throw new TypeError(
          `${operation.kind} of ${widthFor(value.interval) ?? 'too many'} bits is not written here`,
        );
    }
  };
  return { literal, write, ofUnsigned: ({ text }: CWritten) => call('wide_unsigned', text) };
}
