import { onAnyPorts } from '../../../scripts/lib/ports';
import { UserError } from '../../../scripts/lib/userError';

/** Starts a server that fails with these errors, one after the other, and then succeeds. */
async function startWith(errors: string[], fixed?: number) {
	const remaining = [...errors];
	let starts = 0;
	const begin = async () => {
		starts++;
		const error = remaining.shift();
		if (error) throw new UserError('n8n exited during startup (code 1). Last output:', error);
		return 'started';
	};
	const result = await onAnyPorts(begin, fixed).catch((error: unknown) => String(error));
	return [result.split('\n').at(-1), starts];
}

const taken = (port: number) =>
	`n8n Task Broker's port ${port} is already in use. Do you have another?`;

test('a server whose port another process took first is started again, three times at most', async () => {
	expect(await startWith([])).toEqual(['started', 1]);
	expect(await startWith([taken(1), taken(2)])).toEqual(['started', 3]);
	expect(await startWith([taken(1), taken(2), taken(3)])).toEqual([taken(3), 3]);
});

test('no other error and no fixed port starts it again', async () => {
	expect(await startWith(['out of memory'])).toEqual(['out of memory', 1]);
	expect(await startWith([taken(5678)], 5678)).toEqual([taken(5678), 1]);
	expect(await startWith([taken(1)], 5678)).toEqual(['started', 2]);
});
