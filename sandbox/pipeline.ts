import type { IncomingMessage } from 'node:http';

import type {
	FastifyRequest,
	onRequestHookHandler,
	onSendHookHandler,
	preValidationHookHandler,
} from 'fastify';

import type { JournalEntry } from './controlResponses';
import type { Endpoint, Fault } from './faultContract';
import { cannedResponse, isProcessed, needsResponse } from './faults';
import {
	changeEnvelope,
	cutInHalf,
	drip,
	parseEnvelope,
	patchData,
	type Payload,
	resetConnection,
} from './responseFaults';
import type { SandboxState } from './state';

interface RequestContext {
	entry: JournalEntry;
	/** The fault to apply to the real response. */
	responseFault: Fault | null;
	/** The request must not take effect: the fault occurs before it is accepted. */
	dryRun: boolean;
}

const contexts = new WeakMap<FastifyRequest, RequestContext>();

/**
 * The context of a request that passed through {@link pipeline}.
 * @throws Error for any other request
 */
export function contextOf(request: FastifyRequest): RequestContext {
	const context = contexts.get(request);
	if (context === undefined) throw new Error(`${request.url} isn't in the journal`);
	return context;
}

/** The hooks that add a route's requests to the journal and inject faults. */
export function pipeline(state: SandboxState, endpoint: Endpoint) {
	const onRequest: onRequestHookHandler = (request, reply, done) => {
		const entry = state.journal.open(request, endpoint, uuidOf(request));
		contexts.set(request, { entry, responseFault: null, dryRun: false });
		reply.raw.once('close', () => {
			if (!reply.raw.writableFinished) clearResponse(entry);
		});
		done();
	};

	const applyFault: preValidationHookHandler = (request, reply, done) => {
		const context = contextOf(request);
		const bodyText = typeof request.body === 'string' ? request.body : '';
		if (bodyText !== '') context.entry.body = parseJson(bodyText, bodyText);
		const { uuid } = context.entry;
		const prompt = state.jobs.find(uuid ?? '')?.prompt ?? promptIn(context.entry.body);
		const fault =
			state.faults.take(endpoint, `${uuid ?? ''}\n${bodyText}`) ??
			state.magicFaults.take(endpoint, prompt, uuid);
		if (fault === null) return done();
		context.entry.fault = fault.kind;
		if (needsResponse(fault)) {
			context.responseFault = fault;
			context.dryRun = !isProcessed(fault);
			return done();
		}
		if (fault.kind === 'resetBefore') return resetConnection(reply);
		const response = cannedResponse(fault, state.settings.errorStyle);
		// Without a response the request hangs: the hook never calls done().
		if (response !== null) {
			reply.code(response.httpStatus).headers(response.headers).send(response.body);
		}
	};

	const applyResponseFault: onSendHookHandler = (request, reply, payload, done) => {
		const context = contextOf(request);
		const { entry, responseFault } = context;
		const record = (body: Payload) => {
			// A client that has disconnected receives no response.
			if (reply.raw.destroyed) return;
			entry.status = reply.statusCode;
			entry.code = parseEnvelope(body)?.code ?? null;
		};
		const send = (body: Payload) => {
			record(body);
			done(null, body);
		};
		if (responseFault === null) return send(payload);
		context.responseFault = null;
		const response = cannedResponse(responseFault, state.settings.errorStyle);
		if (response !== null) {
			reply.removeHeader('content-length');
			reply.code(response.httpStatus).headers(response.headers);
			return send(response.body);
		}
		switch (responseFault.kind) {
			case 'resetAfter':
				return resetConnection(reply);
			case 'slow':
				setTimeout(() => send(payload), responseFault.ms);
				return;
			case 'drip':
				record(payload);
				return done(null, drip(reply, payload, responseFault.ms));
			case 'cut':
				return done(null, cutInHalf(reply, payload));
			case 'patch':
				return send(patchData(payload, responseFault));
			case 'envelope':
				return send(changeEnvelope(reply, payload, responseFault));
			default:
				return; // hang
		}
	};

	const onSend: onSendHookHandler = function (request, reply, payload, done) {
		whenReceived(request.raw, () => applyResponseFault.call(this, request, reply, payload, done));
	};

	return { onRequest, preValidation: applyFault, onSend };
}

/** A response sent during the upload can reach the client as a broken pipe instead. */
function whenReceived(request: IncomingMessage, act: () => void): void {
	if (request.complete) return act();
	request.once('end', act).resume();
}

function clearResponse(entry: JournalEntry): void {
	entry.status = null;
	entry.code = null;
}

function uuidOf(request: FastifyRequest): string | undefined {
	const { params } = request;
	if (typeof params !== 'object' || params === null || !('uuid' in params)) return undefined;
	return String(params.uuid);
}

/** The prompt in the body of a generate request. */
function promptIn(body: unknown): string {
	if (typeof body !== 'object' || body === null || !('prompt' in body)) return '';
	return typeof body.prompt === 'string' ? body.prompt : '';
}

/** Parses JSON. Returns `fallback` if the text isn't valid. */
export function parseJson(text: string, fallback: unknown): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return fallback;
	}
}
