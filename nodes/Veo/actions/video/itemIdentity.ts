import { createHash } from 'node:crypto';
import type { IBinaryData } from 'n8n-workflow';
import type { ExecutionContext } from '../../execution/context';

/** The parameters that a request depends on; others can change between attempts. */
const REQUEST_PARAMETERS = [
	'generationType',
	'prompt',
	'imageSource',
	'binaryPropertyName',
	'imageUrl',
	'imageKey',
	'aspectRatio',
] as const;

/** What n8n repeats in a retry: the input item, and the parameters as the user wrote them. */
export function identityOf({ items, node }: ExecutionContext, itemIndex: number): object {
	const { json = {}, binary } = items[itemIndex] ?? {};
	const { options } = node.parameters;
	const additionalFields =
		typeof options === 'object' && options !== null && 'additionalFields' in options
			? options.additionalFields
			: null;
	return {
		json,
		files: Object.entries(binary ?? {}).map(([name, file]) => [name, fileIdentity(file)]),
		parameters: [
			...REQUEST_PARAMETERS.map((name) => node.parameters[name] ?? null),
			additionalFields,
		],
	};
}

/**
 * A stored file by the last part of its ID: n8n replaces the others when it saves the execution. A file
 * in memory by its content, which a Code node can leave out.
 */
function fileIdentity({ id, data }: Partial<IBinaryData>): string {
	return (
		id?.split('/').at(-1) ??
		createHash('sha256')
			.update(data ?? '')
			.digest('hex')
	);
}
