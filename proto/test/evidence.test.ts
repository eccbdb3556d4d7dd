import { describe, expect, it } from '@jest/globals';
import { evidenceLink } from '../src/index.ts';

describe('a piece of evidence', () => {
  it.each([
    ['https://wiki.example.org/report?id=12#log', 'https://wiki.example.org/report?id=12#log'],
    ['HTTP://Example.ORG', 'http://example.org/'],
    // Cyrillic letters that look Latin, and a right-to-left override: what is shown is what the browser asks for.
    ['https://\u0435xample.org/', 'https://xn--xample-2of.org/'],
    ['https://example.org/\u202Egpj.exe', 'https://example.org/%E2%80%AEgpj.exe'],
  ])('is a link as %j', (piece, link) => {
    expect(evidenceLink(piece)).toBe(link);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>',
    ' https://example.org',
    'see https://example.org',
    'https://bank.example.org@evil.example.org/',
    'https://',
    'ftp://example.org',
    'report 12',
  ])('is none as %j', (piece) => {
    expect(evidenceLink(piece)).toBeUndefined();
  });
});
