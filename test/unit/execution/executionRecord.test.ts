import type { IExecuteFunctions } from 'n8n-workflow';
import { addToCustomData } from '../../../nodes/Veo/execution/executionRecord';

type Functions = Pick<IExecuteFunctions, 'customData' | 'logger'>;

const logger = { error() {}, warn() {}, info() {}, debug() {} };

/** n8n's custom data, which keeps ten entries (2.41.1, execution-metadata). */
function customDataOf(entries: Record<string, string>): Functions {
	const customData = {
		get: (key: string) => entries[key] ?? '',
		getAll: () => entries,
		setAll: () => {},
		set(key: string, value: string) {
			if (key in entries || Object.keys(entries).length < 10) entries[key] = value;
		},
	};
	return { customData, logger };
}

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

function submit(count: number, isNew = true): Record<string, string> {
	const entries: Record<string, string> = {};
	for (let number = 0; number < count; number++) {
		addToCustomData(customDataOf(entries), uuid(number), isNew);
	}
	return entries;
}

it('lists the videos under one key', () => {
	expect(submit(2)).toEqual({ veo_videos: `${uuid(0)}, ${uuid(1)}` });
});

it('uses further keys for more videos, with values for which n8n logs no error', () => {
	const entries = submit(14);
	expect(Object.keys(entries)).toEqual(['veo_videos', 'veo_videos_2', 'veo_videos_3']);
	for (const value of Object.values(entries)) expect(value.length).toBeLessThanOrEqual(255);
	const listed = Object.values(entries).flatMap((value) => value.split(', '));
	expect(listed).toEqual(Array.from({ length: 14 }, (_, number) => uuid(number)));
});

it('leaves half of the entries to the user, and counts the videos that it cannot list', () => {
	const entries = submit(42);
	expect(Object.keys(entries)).toHaveLength(5);
	expect(entries.veo_videos_5).toMatch(/ and 12 more$/);
	for (const value of Object.values(entries)) expect(value.length).toBeLessThanOrEqual(255);
});

it('lists a video once, although several nodes wait for it', () => {
	const entries = submit(42);
	const before = { ...entries };
	for (let number = 0; number < 42; number++) {
		addToCustomData(customDataOf(entries), uuid(number), false);
	}
	expect(entries).toEqual(before);
});

it('keeps the entries of the user', () => {
	const entries = { customer: 'Ada' };
	addToCustomData(customDataOf(entries), uuid(1), true);
	expect(entries).toEqual({ customer: 'Ada', veo_videos: uuid(1) });
});

it('changes nothing if n8n has no custom data', () => {
	const functions = {
		logger,
		get customData(): Functions['customData'] {
			throw new Error('Cannot access customData');
		},
	};
	expect(() => addToCustomData(functions, uuid(1), true)).not.toThrow();
});
