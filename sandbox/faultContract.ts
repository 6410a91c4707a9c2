import { type Static, type TProperties, Type } from 'typebox';

import { CLOSED } from './contract';

/** The faults that the control API injects. Types are derived from these schemas. */

const ENDPOINTS = ['generate', 'status', 'upload', 'video', 'image'] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

const Text = Type.String();
const OptionalText = Type.Optional(Text);
const Count = Type.Integer({ minimum: 0 });
const HttpStatus = Type.Integer({ minimum: 200, maximum: 599 });
const Data = Type.Record(Type.String(), Type.Unknown());

const fault = <Kind extends string, Properties extends TProperties>(
	kind: Kind,
	properties: Properties,
) =>
	Type.Object(
		{
			kind: Type.Literal(kind),
			/** Whether the request is processed (job created, credits spent) before the fault. */
			accept: Type.Optional(Type.Boolean()),
			...properties,
		},
		CLOSED,
	);

/** `ms` is in milliseconds. */
const AnyFault = Type.Union([
	fault('error', {
		code: Type.Integer(),
		msg: OptionalText,
		httpStatus: Type.Optional(HttpStatus),
		data: Type.Optional(Data),
		retryAfter: OptionalText,
	}),
	fault('gateway', {
		httpStatus: HttpStatus,
		contentType: OptionalText,
		body: OptionalText,
		retryAfter: OptionalText,
	}),
	fault('resetBefore', {}),
	fault('resetAfter', {}),
	fault('hang', {}),
	fault('slow', { ms: Count }),
	fault('drip', { ms: Count }),
	fault('malformed', { body: OptionalText }),
	fault('cut', {}),
	fault('patch', { data: Data, remove: Type.Optional(Type.Array(Text)) }),
	fault('envelope', {
		code: Type.Optional(Type.Integer()),
		httpStatus: Type.Optional(HttpStatus),
		/** Where the response has its uuid: beside `data`, in a list, or as `data.id`. */
		uuidAt: Type.Optional(Type.Enum(['data', 'beside', 'list', 'id'])),
	}),
	fault('raw', { httpStatus: HttpStatus, contentType: Text, body: Text }),
	fault('redirect', { httpStatus: Type.Optional(HttpStatus), location: Text }),
]);
export type Fault = Static<typeof AnyFault>;

/** With a discriminator, validation reports only the errors of the given kind. */
const FaultSchema = Type.Unsafe<Fault>({
	type: 'object',
	required: ['kind'],
	discriminator: { propertyName: 'kind' },
	oneOf: AnyFault.anyOf,
});

/** A fault and the requests that it applies to. The first matching rule in the queue wins. */
export const FaultRuleSchema = Type.Object(
	{
		endpoint: Type.Enum([...ENDPOINTS, 'any']),
		/** Number of requests that it affects. Default: 1. */
		times: Type.Optional(Type.Integer({ minimum: 1 })),
		/** Number of matching requests that succeed first. Default: 0. */
		skip: Type.Optional(Count),
		/** Text that the JSON body or the uuid must contain. */
		match: OptionalText,
		fault: FaultSchema,
	},
	CLOSED,
);
export type FaultRule = Static<typeof FaultRuleSchema>;

/** One rule or several. Without the condition, an error would list both alternatives. */
export const FaultRulesSchema = Type.Unsafe<FaultRule | FaultRule[]>({
	if: { type: 'array' },
	then: Type.Array(FaultRuleSchema),
	else: FaultRuleSchema,
});
