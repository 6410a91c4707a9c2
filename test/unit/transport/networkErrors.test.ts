import type { NetworkErrorKind } from '../../../nodes/Veo/api/http';
import { classifyNetworkError } from '../../../nodes/Veo/transport/networkErrors';

/** An error of Node.js, wrapped in others: n8n wraps the error of axios, which wraps that of Node.js. */
function wrapError(depth: number, code: string, message = 'the innermost message'): Error {
	let error: Error = Object.assign(new Error(message), { code });
	for (let layer = 0; layer < depth; layer++) {
		error = new Error('the message of n8n', { cause: error });
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
	['ERR_CANCELED', 'canceled'],
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

describe('a request without a response', () => {
	const everyDepth = CODES.flatMap(([code, kind]) =>
		[0, 1, 2, 3].map((depth): [string, number, NetworkErrorKind] => [code, depth, kind]),
	);
	it.each(everyDepth)(
		'has the code %s, inside %d other errors, and the kind %s',
		(code, depth, kind) => {
			expect(classifyNetworkError(wrapError(depth, code)).kind).toBe(kind);
		},
	);

	it.each([
		'Client network socket disconnected before secure TLS connection was established',
		'write EPROTO 00C0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number',
	])(
		'has the kind tls if the message is about a TLS handshake, regardless of the code: %s',
		(message) => {
			expect(classifyNetworkError(wrapError(2, 'ECONNRESET', message)).kind).toBe('tls');
			expect(classifyNetworkError(wrapError(2, 'EPROTO', message)).kind).toBe('tls');
		},
	);

	it('has the kind reset if the connection was lost after the handshake', () => {
		expect(classifyNetworkError(wrapError(1, 'ECONNRESET', 'socket hang up')).kind).toBe('reset');
	});

	it('has the kind of the outermost code if there are several', () => {
		const error = new Error('outer', { cause: wrapError(0, 'ECONNRESET') });
		expect(classifyNetworkError(Object.assign(error, { code: 'ECONNABORTED' })).kind).toBe(
			'timeout',
		);
	});

	it.each<[string, string, NetworkErrorKind]>([
		['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:9', 'refused'],
		['ENOTFOUND', 'getaddrinfo ENOTFOUND nowhere.invalid', 'dns'],
		['ECONNRESET', 'read ECONNRESET', 'reset'],
		['200', 'stream has been aborted', 'reset'],
		['EPROTO', 'write EPROTO 406D:error:0A00010B:SSL routines:wrong version number', 'tls'],
	])('of n8n before 2.35 has no cause, but %s as httpCode', (httpCode, message, kind) => {
		const error = Object.assign(new Error('the message of n8n'), { httpCode, messages: [message] });
		const code = httpCode === '200' ? '' : `${httpCode}: `;
		expect(classifyNetworkError(error)).toEqual({ kind, detail: `${code}${message}` });
	});

	it('has the kind of a known code inside an unknown one', () => {
		const error = new Error('outer', { cause: wrapError(0, 'ECONNREFUSED') });
		expect(classifyNetworkError(Object.assign(error, { code: 'ERR_BAD_REQUEST' })).kind).toBe(
			'refused',
		);
	});

	it('has the kind refused if all IP addresses of the host refused the connection', () => {
		const each = [wrapError(0, 'ECONNREFUSED'), wrapError(0, 'ECONNREFUSED')];
		const all = Object.assign(new AggregateError(each, ''), { code: 'ECONNREFUSED' });
		expect(classifyNetworkError(new Error('outer', { cause: all })).kind).toBe('refused');
	});
});

describe('the technical detail', () => {
	it('is the code and the innermost message', () => {
		const error = wrapError(2, 'ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1');
		expect(classifyNetworkError(error).detail).toBe(
			'ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1',
		);
	});

	it('can have no code, or no message', () => {
		expect(classifyNetworkError(new Error('something')).detail).toBe('something');
		expect(classifyNetworkError(wrapError(0, 'EPIPE', '')).detail).toBe('EPIPE');
	});
});

describe('any thrown value is classified', () => {
	it.each([undefined, null, 'text', 7, {}, { code: 7, message: {} }])('such as %j', (thrown) => {
		expect(classifyNetworkError(thrown)).toEqual({ kind: 'network', detail: '' });
	});

	it('such as an error that is its own cause', () => {
		const error: Error & { cause?: unknown } = new Error('circular');
		error.cause = error;
		expect(classifyNetworkError(error)).toEqual({ kind: 'network', detail: 'circular' });
	});
});
