import { BoundedMap } from '../../../nodes/Veo/webhook/boundedMap';

it('keeps the entries that were used last', () => {
	const map = new BoundedMap<number>(2);
	map.set('a', 1);
	map.set('b', 2);
	expect(map.get('a')).toBe(1);
	map.set('c', 3);
	expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([1, undefined, 3]);
});

it('creates a missing entry once', () => {
	const map = new BoundedMap<object>(2);
	const created = map.getOrCreate('a', () => ({}));
	expect(map.getOrCreate('a', () => ({}))).toBe(created);
});
