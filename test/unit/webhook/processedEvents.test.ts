import { ProcessedEvents, MAX_REMEMBERED } from '../../../nodes/Veo/webhook/processedEvents';

let node = 0;
beforeEach(() => void node++);

/** What a call has: its own copy of the static data, as it stood when the call came. */
const memoryOf = (staticData: object) => new ProcessedEvents(`node ${node}`, { ...staticData });

/** What n8n stores after a call. */
function storedBy(staticData: object, mark: string): object {
	const copy = { ...staticData };
	new ProcessedEvents(`node ${node}`, copy).add(mark);
	return JSON.parse(JSON.stringify(copy));
}

/** n8n is started anew: only the static data is left. */
const restarted = () => void node++;

it('knows what it was told, and nothing else', () => {
	expect(memoryOf({}).has('a:completed')).toBe(false);
	storedBy({}, 'a:completed');
	expect(memoryOf({}).has('a:completed')).toBe(true);
	expect(memoryOf({}).has('a:failed')).toBe(false);
	expect(memoryOf({}).has('b:completed')).toBe(false);
});

it('is of one node', () => {
	storedBy({}, 'a');
	node++;
	expect(memoryOf({}).has('a')).toBe(false);
});

it('survives a restart by the static data', () => {
	const stored = storedBy(storedBy({}, 'a'), 'b');
	restarted();
	expect(memoryOf(stored).has('a')).toBe(true);
	expect(memoryOf(stored).has('b')).toBe(true);
	expect(memoryOf({}).has('a')).toBe(false);
});

it('loses nothing where two calls have the same static data before them', () => {
	const before = storedBy({}, 'a');
	storedBy(before, 'b');
	const stored = storedBy(before, 'c');
	restarted();
	for (const mark of ['a', 'b', 'c']) expect(memoryOf(stored).has(mark)).toBe(true);
});

it('is bounded, and forgets the oldest first', () => {
	let stored: object = {};
	for (let i = 0; i <= MAX_REMEMBERED; i++) stored = storedBy(stored, `video ${i}`);
	expect(JSON.stringify(stored).length).toBeLessThan(MAX_REMEMBERED * 20);
	expect(memoryOf(stored).has('video 0')).toBe(false);
	expect(memoryOf(stored).has('video 1')).toBe(true);
	expect(memoryOf(stored).has(`video ${MAX_REMEMBERED}`)).toBe(true);
	restarted();
	expect(memoryOf(stored).has('video 0')).toBe(false);
	expect(memoryOf(stored).has('video 1')).toBe(true);
});

it.each([[null], ['a'], [{ 0: 'a' }], [[{ a: 1 }, null, 7]]])(
	'is not led astray by %j where it left its marks',
	(told) => {
		expect(memoryOf({ told }).has('a')).toBe(false);
		expect(storedBy({ told }, 'b')).toEqual({ told: ['b'] });
	},
);
