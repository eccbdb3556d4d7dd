/**
 * How many threads of a process may wait for files. Node has four for all that its threads ask of files by promise or
 * callback, and a disk that does not answer keeps each that asks: with four downloads to a stick that died, nothing else of
 * the process could open a file any more, nor its page be shown. What one silent disk may hold is bounded (`MAX_HELD_UP` and
 * its neighbours in the peer); this is more. An idle thread costs some 8 KB.
 *
 * To be set before Node starts: it makes them with its first file.
 */
export const FILE_THREADS: Readonly<Record<string, string>> = { UV_THREADPOOL_SIZE: '128' };
