/**
 * How glibc's allocator is to be set in a process that holds thousands of TLS connections; elsewhere it is not read.
 *
 * Node gives each TLS connection a buffer of 64 KiB for what arrives, of which an idle session has touched a page. Cut from
 * the heap it takes pages along that something else has used before; mapped by itself it costs what it touches. Measured by
 * `npm run bench -- leaves`. A process that moves much data must not have it: its buffers would be mapped anew each time.
 */
export const SESSION_ALLOCATOR: Readonly<Record<string, string>> = {
  /** Bytes from which on an allocation is mapped by itself. */
  MALLOC_MMAP_THRESHOLD_: '65536',
  /** Of them at once: below Linux' 65,530 mappings of a process, of which V8 needs some thousands. More come from the heap. */
  MALLOC_MMAP_MAX_: '40000',
  /**
   * Bytes that the heap grows by beyond what is asked for. With the 128 KiB that glibc takes by itself about half of the buffers
   * were cut from what was left of them after all, and 7 KB more of each session were touched.
   */
  MALLOC_TOP_PAD_: '4096',
};
