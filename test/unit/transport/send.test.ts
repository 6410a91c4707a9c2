import { normalizeHeaders } from '../../../nodes/Veo/transport/send';

it('header values become text, and their names lower case', () => {
	expect(
		normalizeHeaders({ 'Retry-After': 7, 'Set-Cookie': ['a', 'b'], 'X-Empty': undefined }),
	).toEqual({ 'retry-after': '7', 'set-cookie': 'a,b', 'x-empty': '' });
});
