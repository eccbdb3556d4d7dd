/**
 * Makes protobufjs read uint64 as numbers, in Node as in the browser. With its `long` package it would make
 * objects in Node only. Values above 2^53 never get that far: {@link checkFrame} refuses them. Must be
 * imported before the generated code, whose defaults depend on it.
 */
import $protobuf from 'protobufjs/minimal.js';

($protobuf.util as { Long: unknown }).Long = undefined;
$protobuf.configure();
