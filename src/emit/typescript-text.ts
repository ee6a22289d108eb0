import { required, type TextStyle } from '../host.js';
import type { EmitOptions } from './target.js';

const STYLE: TextStyle = Object.freeze({ parser: 'babel-ts', singleQuote: true, printWidth: 110 });

/** TypeScript, laid out, unless it is a draft. */
export async function typescriptText(text: string, { draft }: EmitOptions): Promise<string> {
  return draft ? text : required('format', 'printing TypeScript')(text, STYLE);
}
