/** An error that the user can fix. Printed as what happened and what to do, without a stack trace. */
export class UserError extends Error {
	constructor(
		message: string,
		readonly hint = '',
	) {
		super(hint ? `${message}\n${hint}` : message);
		this.name = 'UserError';
	}
}

export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
