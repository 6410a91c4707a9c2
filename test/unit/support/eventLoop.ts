/** Runs the event loop until streams and promises have emitted everything, including late errors. */
export async function flushEventLoop(): Promise<void> {
	for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
