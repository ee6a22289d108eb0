/** The part of seek-bzip that is used; the package has no types of its own. */
declare module 'seek-bzip' {
  interface ByteSource {
    /** The next byte. */
    readByte(): number;
    /** Fills part of `target`; returns the number of bytes read. */
    read(target: Uint8Array, offset: number, length: number): number;
  }
  interface ByteSink {
    writeByte(byte: number): void;
  }
  const Bunzip: {
    /** Decodes one stream; throws a TypeError where the data are wrong. */
    decode(input: ByteSource, output: ByteSink): void;
  };
  export = Bunzip;
}
