import { parseBaseUrl } from '../../../nodes/Veo/transport/baseUrl';

it.each([
	['https://veo3o1.com/api', 'https://veo3o1.com/api'],
	[' http://localhost:8080/a/b// \n', 'http://localhost:8080/a/b'],
	['HTTPS://[::1]/@/a', 'HTTPS://[::1]/@/a'],
])('%j is the base URL %j', (entered, value) => {
	expect(parseBaseUrl(entered)).toEqual({ ok: true, value });
});

it.each([
	['http://user:secret@host/api', 'contains a user name or password'],
	['http://:secret@host/api', 'contains a user name or password'],
	['http://user@host/api?a', 'contains a user name or password'],
	['http://host/api?key=secret', 'contains a query or a fragment'],
	['http://host/api?', 'contains a query or a fragment'],
	['http://host/api#secret', 'contains a query or a fragment'],
	['http://host/api/#/', 'contains a query or a fragment'],
	['ftp://user:secret@host/api', "isn't a URL"],
	['user:secret@host/api', "isn't a URL"],
	['', "isn't a URL"],
	[undefined, "isn't a URL"],
])('%j is refused without being revealed', (entered, problem) => {
	const result = parseBaseUrl(entered);
	if (result.ok) throw new Error('It was accepted');
	expect(result.error.message).toBe(`'Base URL' in the credential ${problem}`);
	expect(result.error.description).toContain('Use https://veo3o1.com/api');
	expect(result.error.description).not.toContain('secret');
});
