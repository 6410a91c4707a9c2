import type { INode } from 'n8n-workflow';
import { readSettings } from '../../../nodes/Veo/webhook/settings';

const node: INode = {
	id: '1',
	name: 'Veo 3.1 Trigger',
	type: 'n8n-nodes-veo.veoTrigger',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** Reads a path such as options.secretValue, as n8n does. */
const settingsOf = (parameters: object) =>
	readSettings({
		getNode: () => node,
		getNodeParameter: (name, fallback) => {
			const found = name
				.split('.')
				.reduce<unknown>(
					(value, key) =>
						typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
					parameters,
				);
			return found === undefined ? fallback : found;
		},
	});

it('without any choice it tells of both ends, and lets everybody in', () => {
	expect(settingsOf({})).toEqual({ events: ['completed', 'failed'] });
});

it('takes what was chosen', () => {
	const options = { secretHeader: ' X-Mine ', secretValue: ' s3 ', downloadVideo: true };
	expect(settingsOf({ events: ['failed'], options })).toEqual({
		events: ['failed'],
		secret: { header: 'x-mine', value: 's3' },
		target: { property: 'data', fileName: '' },
	});
});

it('has a usual header for a value alone', () => {
	const { secret } = settingsOf({ options: { secretValue: 's3' } });
	expect(secret).toEqual({ header: 'x-webhook-secret', value: 's3' });
});

it('tells of no status that is no end, whatever an expression says', () => {
	expect(settingsOf({ events: ['processing', 'failed'] }).events).toEqual(['failed']);
});

it.each([
	[{ options: { secretHeader: 'X-Secret' } }, "'Secret Value' is empty"],
	[{ options: { secretHeader: 'X-Secret', secretValue: ' ' } }, "'Secret Value' is empty"],
	[{ options: { secretValue: null } }, "'Secret Value' is empty"],
	[{ options: { secretHeader: 'a b', secretValue: 's' } }, "'Secret Header' cannot be 'a b'"],
	[{ options: { secretHeader: '', secretValue: 's' } }, "'Secret Header' cannot be ''"],
	[{ events: [] }, "'Events' is empty"],
	[{ events: ['processing'] }, "'Events' is empty"],
	[{ events: 'completed' }, "'Events' is empty"],
])('%j cannot work, and must not let everybody in', (parameters, message) => {
	expect(() => settingsOf(parameters)).toThrow(message);
});
