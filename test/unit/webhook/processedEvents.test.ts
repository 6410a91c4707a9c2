import { ProcessedEvents, MAX_REMEMBERED } from '../../../nodes/Veo/webhook/processedEvents';

let node = 0;
beforeEach(() => void node++);

/** The events for one webhook request, which gets its own copy of the static data. */
const eventsOf = (staticData: object) => new ProcessedEvents(`node ${node}`, { ...staticData });

/** What n8n stores after a webhook request. */
function addEvent(staticData: object, eventKey: string): object {
	const copy = { ...staticData };
	new ProcessedEvents(`node ${node}`, copy).add(eventKey);
	return JSON.parse(JSON.stringify(copy));
}

/** After a restart of n8n, only the static data is left: as for a new node. */
const restart = () => void node++;

it('contains the events that were added, and no others', () => {
	expect(eventsOf({}).has('a:completed')).toBe(false);
	addEvent({}, 'a:completed');
	expect(eventsOf({}).has('a:completed')).toBe(true);
	expect(eventsOf({}).has('a:failed')).toBe(false);
	expect(eventsOf({}).has('b:completed')).toBe(false);
});

it.each(['0F8FAD5B-D9CB-469F-A165-70867728950E', '0f8fad5bd9cb469fa16570867728950e'])(
	'contains an event with the ID spelled %s, also from an earlier version',
	(spelling) => {
		const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e';
		addEvent({}, `${uuid}:completed`);
		expect(eventsOf({}).has(`${spelling}:completed`)).toBe(true);
		expect(eventsOf({}).has(`${spelling}:failed`)).toBe(false);
		restart();
		expect(eventsOf({ processedEvents: [`${uuid}:completed`] }).has(`${spelling}:completed`)).toBe(
			true,
		);
	},
);

it('is separate for each node', () => {
	addEvent({}, 'a');
	node++;
	expect(eventsOf({}).has('a')).toBe(false);
});

it('survives a restart through the static data', () => {
	const stored = addEvent(addEvent({}, 'a'), 'b');
	restart();
	expect(eventsOf(stored).has('a')).toBe(true);
	expect(eventsOf(stored).has('b')).toBe(true);
	expect(eventsOf({}).has('a')).toBe(false);
});

it('keeps the events of simultaneous requests, which get the same static data', () => {
	const before = addEvent({}, 'a');
	addEvent(before, 'b');
	const stored = addEvent(before, 'c');
	restart();
	for (const eventKey of ['a', 'b', 'c']) expect(eventsOf(stored).has(eventKey)).toBe(true);
});

it('has a limit, and removes the oldest events first', () => {
	let stored: object = {};
	for (let i = 0; i <= MAX_REMEMBERED; i++) stored = addEvent(stored, `video ${i}`);
	expect(JSON.stringify(stored).length).toBeLessThan(MAX_REMEMBERED * 20);
	expect(eventsOf(stored).has('video 0')).toBe(false);
	expect(eventsOf(stored).has('video 1')).toBe(true);
	expect(eventsOf(stored).has(`video ${MAX_REMEMBERED}`)).toBe(true);
	restart();
	expect(eventsOf(stored).has('video 0')).toBe(false);
	expect(eventsOf(stored).has('video 1')).toBe(true);
});

it.each([[null], ['a'], [{ 0: 'a' }], [[{ a: 1 }, null, 7]]])(
	'works if the static data contains %j instead of the events',
	(processedEvents) => {
		expect(eventsOf({ processedEvents }).has('a')).toBe(false);
		expect(addEvent({ processedEvents }, 'b')).toEqual({ processedEvents: ['b'] });
	},
);
