import type { NetworkErrorKind } from '../../../nodes/Veo/api/http';
import { classifyNetworkError } from '../../../nodes/Veo/transport/networkErrors';

/** An error as Node makes it, inside as many others as wished: n8n's around axios' around Node's. */
function wrapped(depth: number, code: string, message = 'the innermost words'): Error {
	let error: Error = Object.assign(new Error(message), { code });
	for (let layer = 0; layer < depth; layer++) {
		error = new Error("n8n's own words", { cause: error });
	}
	return error;
}

const CODES: ReadonlyArray<[string, NetworkErrorKind]> = [
	['ECONNREFUSED', 'refused'],
	['ENOTFOUND', 'dns'],
	['EAI_AGAIN', 'dns'],
	['ECONNRESET', 'reset'],
	['EPIPE', 'reset'],
	['ECONNABORTED', 'timeout'],
	['ETIMEDOUT', 'timeout'],
	['ERR_CANCELED', 'stopped'],
	['CERT_HAS_EXPIRED', 'tls'],
	['CERT_NOT_YET_VALID', 'tls'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
	['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
	['ERR_TLS_HANDSHAKE_TIMEOUT', 'tls'],
	['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
	['HOSTNAME_MISMATCH', 'tls'],
	['EHOSTUNREACH', 'network'],
	['ENETUNREACH', 'network'],
	['EACCES', 'network'],
	['ERR_BAD_RESPONSE', 'network'],
	['HPE_INVALID_CONSTANT', 'network'],
];

describe('why there was no answer', () => {
	const everyDepth = CODES.flatMap(([code, kind]) =>
		[0, 1, 2, 3].map((depth): [string, number, NetworkErrorKind] => [code, depth, kind]),
	);
	it.each(everyDepth)('%s, inside %d other errors, is %s', (code, depth, kind) => {
		expect(classifyNetworkError(wrapped(depth, code)).kind).toBe(kind);
	});

	it.each([
		'Client network socket disconnected before secure TLS connection was established',
		'write EPROTO 00C0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number',
	])('words of a handshake count for more than the code: %s', (message) => {
		expect(classifyNetworkError(wrapped(2, 'ECONNRESET', message)).kind).toBe('tls');
		expect(classifyNetworkError(wrapped(2, 'EPROTO', message)).kind).toBe('tls');
	});

	it('a connection that is lost afterwards is no matter of the handshake', () => {
		expect(classifyNetworkError(wrapped(1, 'ECONNRESET', 'socket hang up')).kind).toBe('reset');
	});

	it('the outermost code counts where there are several', () => {
		const error = new Error('outer', { cause: wrapped(0, 'ECONNRESET') });
		expect(classifyNetworkError(Object.assign(error, { code: 'ECONNABORTED' })).kind).toBe('timeout');
	});

	it.each<[string, string, NetworkErrorKind]>([
		['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9', 'refused'],
		['ENOTFOUND', 'getaddrinfo ENOTFOUND nowhere.invalid', 'dns'],
		['ECONNRESET', 'read ECONNRESET', 'reset'],
		['200', 'stream has been aborted', 'reset'],
		['EPROTO', 'write EPROTO 406D:error:0A00010B:SSL routines:wrong version number', 'tls'],
	])('n8n before 2.35 has no cause, but %s as httpCode', (httpCode, words, kind) => {
		const error = Object.assign(new Error("n8n's own words"), { httpCode, messages: [words] });
		const code = httpCode === '200' ? '' : `${httpCode}: `;
		expect(classifyNetworkError(error)).toEqual({ fault: kind, detail: `${code}${words}` });
	});

	it('a code that nobody knows does not hide one that is known', () => {
		const error = new Error('outer', { cause: wrapped(0, 'ECONNREFUSED') });
		expect(classifyNetworkError(Object.assign(error, { code: 'ERR_BAD_REQUEST' })).kind).toBe('refused');
	});

	it('all addresses of a host that refuse are a refusal', () => {
		const each = [wrapped(0, 'ECONNREFUSED'), wrapped(0, 'ECONNREFUSED')];
		const all = Object.assign(new AggregateError(each, ''), { code: 'ECONNREFUSED' });
		expect(classifyNetworkError(new Error('outer', { cause: all })).kind).toBe('refused');
	});
});

describe('the technical words', () => {
	it('are the code and the innermost message', () => {
		const error = wrapped(2, 'ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1');
		expect(classifyNetworkError(error).detail).toBe('ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1');
	});

	it('do without a code, or without a message', () => {
		expect(classifyNetworkError(new Error('something')).detail).toBe('something');
		expect(classifyNetworkError(wrapped(0, 'EPIPE', '')).detail).toBe('EPIPE');
	});
});

describe('what is no error', () => {
	it.each([undefined, null, 'text', 7, {}, { code: 7, message: {} }])('%j', (thrown) => {
		expect(classifyNetworkError(thrown)).toEqual({ fault: 'network', detail: '' });
	});

	it('one that is its own cause', () => {
		const error: Error & { cause?: unknown } = new Error('round and round');
		error.cause = error;
		expect(classifyNetworkError(error)).toEqual({ fault: 'network', detail: 'round and round' });
	});
});
