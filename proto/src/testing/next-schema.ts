/** First number of what the next version adds; far above what this one has. */
const NEXT = 500;

/**
 * The schema of a version that there is not: every message has two more fields, and there is one more message. Tests use it
 * as the next release would use its own.
 */
export function nextSchema(proto: string): string {
  const more = `\n  string next_text = ${NEXT};\n  uint64 next_number = ${NEXT + 1};\n}`;
  return (
    proto
      .replace(/message (\w+) \{([^}]*)\}/g, (whole, name: string, fields: string) =>
        name === 'Envelope' ? whole : `message ${name} {${fields.trimEnd()}${more}`,
      )
      .replace(
        '  oneof body {',
        `  string next_envelope_text = ${NEXT + 1};\n  oneof body {\n    NextMessage next_message = ${NEXT};`,
      ) + `\nmessage NextMessage {${more}\n`
  );
}
