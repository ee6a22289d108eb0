/** The version of this package, as package.json has it too: here it can be read without files. */
export const VERSION = '0.1.0';
