import type { IncomingMessage } from 'node:http';

import type {
	FastifyRequest,
	onRequestHookHandler,
	onSendHookHandler,
	preValidationHookHandler,
} from 'fastify';

import { accepts, cannedAnswer, needsAnswer } from './faults';
import { cutHalfWay, drip, parseEnvelope, patchData, type Payload, resetConnection } from './spoil';
import type { Endpoint, Fault, JournalEntry } from './types';
import type { World } from './world';

/** One request on its way through the sandbox. */
interface Visit {
	entry: JournalEntry;
	/** The fault that still has to spoil the true answer. */
	pending: Fault | null;
	/** The work is not to be kept: the fault hit before the request was accepted. */
	dry: boolean;
}

const visits = new WeakMap<FastifyRequest, Visit>();

/**
 * The visit of a request that went through {@link pipeline}.
 * @throws Error for any other request
 */
export function visitOf(request: FastifyRequest): Visit {
	const visit = visits.get(request);
	if (visit === undefined) throw new Error(`${request.url} is not journalled`);
	return visit;
}

/** The hooks that journal a route's requests and let faults happen to them. */
export function pipeline(world: World, endpoint: Endpoint) {
	const onRequest: onRequestHookHandler = (request, reply, done) => {
		const entry = world.journal.open(request, endpoint, uuidOf(request));
		visits.set(request, { entry, pending: null, dry: false });
		reply.raw.once('close', () => {
			if (!reply.raw.writableFinished) unanswered(entry);
		});
		done();
	};

	const meetFault: preValidationHookHandler = (request, reply, done) => {
		const visit = visitOf(request);
		const bodyText = typeof request.body === 'string' ? request.body : '';
		if (bodyText !== '') visit.entry.body = jsonOr(bodyText, bodyText);
		const fault = world.faults.take(endpoint, `${visit.entry.uuid ?? ''}\n${bodyText}`);
		if (fault === null) return done();
		visit.entry.fault = fault.kind;
		if (needsAnswer(fault)) {
			visit.pending = fault;
			visit.dry = !accepts(fault);
			return done();
		}
		if (fault.kind === 'resetBefore') return resetConnection(reply);
		const answer = cannedAnswer(fault, world.settings.errorStyle);
		// What has no answer hangs: the request is simply never finished.
		if (answer !== null) {
			reply.code(answer.httpStatus).headers(answer.headers).send(answer.body);
		}
	};

	const spoilAnswer: onSendHookHandler = (request, reply, payload, done) => {
		const { entry, pending } = visitOf(request);
		const note = (body: Payload) => {
			// A client that has left meanwhile was not answered.
			if (reply.raw.destroyed) return;
			entry.status = reply.statusCode;
			entry.code = parseEnvelope(body)?.code ?? null;
		};
		const send = (body: Payload) => {
			note(body);
			done(null, body);
		};
		if (pending === null) return send(payload);
		visitOf(request).pending = null;
		const answer = cannedAnswer(pending, world.settings.errorStyle);
		if (answer !== null) {
			reply.removeHeader('content-length');
			reply.code(answer.httpStatus).headers(answer.headers);
			return send(answer.body);
		}
		switch (pending.kind) {
			case 'resetAfter':
				return resetConnection(reply);
			case 'slow':
				setTimeout(() => send(payload), pending.ms);
				return;
			case 'drip':
				note(payload);
				return done(null, drip(reply, payload, pending.ms));
			case 'cut':
				return done(null, cutHalfWay(reply, payload));
			case 'patch':
				return send(patchData(payload, pending));
			default:
				return; // hang
		}
	};

	const onSend: onSendHookHandler = function (request, reply, payload, done) {
		whenReceived(request.raw, () => spoilAnswer.call(this, request, reply, payload, done));
	};

	return { onRequest, preValidation: meetFault, onSend };
}

/** A client that is answered while it still sends may see a broken pipe instead of the answer. */
function whenReceived(request: IncomingMessage, act: () => void): void {
	if (request.complete) return act();
	request.once('end', act).resume();
}

function unanswered(entry: JournalEntry): void {
	entry.status = null;
	entry.code = null;
}

function uuidOf(request: FastifyRequest): string | undefined {
	const { params } = request;
	if (typeof params !== 'object' || params === null || !('uuid' in params)) return undefined;
	return String(params.uuid);
}

/** The value of a JSON text; `otherwise` if it is none. */
export function jsonOr(text: string, otherwise: unknown): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return otherwise;
	}
}
