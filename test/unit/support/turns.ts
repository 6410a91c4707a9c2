/** Lets streams and promises say all that they have to say, also what nobody waits for. */
export async function afterwards(): Promise<void> {
	for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
