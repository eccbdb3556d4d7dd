// First: the defaults of the generated code depend on it.
import './wire-numbers.ts';

/** The generated code, set up to read uint64 as numbers. Import it from here only. */
export { banyan } from '../gen/wire.js';
