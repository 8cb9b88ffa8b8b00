import { type DescMessage, fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { configureTextEncoding } from '@bufbuild/protobuf/wire';

// A proto3 decoder must refuse a string that is not UTF-8, and with it the request of five hundred spans around it.
// Senders cut long texts at bytes, so such strings are common: they are read with U+FFFD, as the OpenTelemetry Collector
// reads them. Only this package's copy of the library is configured so.
configureTextEncoding({
  encodeUtf8: (text) => new Uint8Array(Buffer.from(text)),
  decodeUtf8: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(),
  checkUtf8: (text) => text.isWellFormed(),
});

/** Decodes a message that the scan found well-formed; unknown fields are skipped. */
export function decode<Desc extends DescMessage>(schema: Desc, bytes: Uint8Array): MessageShape<Desc> {
  return fromBinary(schema, bytes, { readUnknownFields: false });
}
