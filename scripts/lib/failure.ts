/** An error the user can do something about: shown as what happened and what to do, no stack. */
export class Failure extends Error {
	constructor(
		readonly what: string,
		readonly remedy: string = '',
	) {
		super(remedy ? `${what}\n${remedy}` : what);
		this.name = 'Failure';
	}
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
